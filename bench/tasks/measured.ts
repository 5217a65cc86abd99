// The measured switches, once for all figures that are made of them.
import { measureSwitches, type SwitchClocks } from "./switches.ts";

const phases = { usual: 100_000, full: 1_000_000 } as const;
const phasesInParts = 10_000;

const measured = new Map<string, Promise<SwitchClocks>>();

function once(events: number, in_parts: boolean): Promise<SwitchClocks> {
  const key = `${events} ${in_parts}`;
  const found = measured.get(key) ?? measureSwitches({ events, in_parts });
  measured.set(key, found);
  return found;
}

export const measuredSwitches = ({ full }: { readonly full: boolean }): Promise<SwitchClocks> =>
  once(full ? phases.full : phases.usual, false);

/** Behind accesses that a device takes in parts. */
export const switchesInParts = (): Promise<SwitchClocks> => once(phasesInParts, true);

/** What was running, and what was not. */
export const circumstances =
  "in the background a ring-3 task runs thousands of instructions chosen by chance: divisions, repeated string " +
  "instructions, PUSHA, ENTER, far transfers, misaligned accesses, devices and ports; no system calls, no page walks, " +
  "no access that a device takes in parts, nothing else due at the scheduler in that moment";
