// The measured switches, once for all figures that are made of them.
import { measureSwitches, type SwitchClocks } from "./switches.ts";

const phases = { usual: 100_000, full: 1_000_000 } as const;

const measured = new Map<number, Promise<SwitchClocks>>();

export function measuredSwitches({ full }: { readonly full: boolean }): Promise<SwitchClocks> {
  const events = full ? phases.full : phases.usual;
  const found = measured.get(events) ?? measureSwitches({ events });
  measured.set(events, found);
  return found;
}

/** What was running, and what was not. */
export const circumstances =
  "in the background a ring-3 task runs thousands of instructions chosen by chance: divisions, repeated string " +
  "instructions, PUSHA, ENTER, far transfers, misaligned accesses, devices and ports; no system calls, no page walks, " +
  "nothing else due at the scheduler in that moment";
