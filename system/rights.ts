// What a capability to each kind of object can allow, and what the calls of kernel/system-calls.ts ask of it.
import { type CapabilityType, type Right, rights } from "../kernel/system-calls.ts";

const held = ["copy", "revoke"] as const;

/** By kind of object; every capability may also be one to be copied, with fewer rights, or to take copies back. */
export const rightsOf = {
  channel: ["send", "receive", ...held],
  region: ["read", "write", "execute", "grant", "lend", ...held],
  interrupt: ["handle", ...held],
  process: [
    "call", "reply", "notify", "start", "stop", "restart", "inspect", "handle_faults", "create", "admit", ...held,
  ],
  partition: ["admit_into", "schedule", ...held],
  clock: ["read_time", "set_alarm", ...held],
  log: ["write_log", "read_log", ...held],
  lock: ["acquire", ...held],
  lane: ["send", "receive"],
} as const satisfies Readonly<Record<CapabilityType, readonly Right[]>>;

export type RightOf<T extends CapabilityType> = (typeof rightsOf)[T][number];

/** The word of the tables. */
export const rightsWord = (allowed: readonly Right[]): number =>
  allowed.reduce((word, right) => word + 2 ** rights.indexOf(right), 0);
