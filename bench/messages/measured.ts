// The sender and the receiver of system.ts on the machine with accelerators and without, measured once for all figures.
import { buildMachine } from "../../commands/steps/machine.ts";
import { buildHeaders } from "../../commands/steps/software.ts";
import { fromRoot } from "../../commands/paths.ts";
import { createMachine } from "../../sim/machine.ts";
import { buildSystem } from "../../system/build.ts";
import { countOf, extent, extentText } from "../levels/distribution.ts";
import { measureSends, type SendTimes } from "./measure.ts";
import described from "./system.ts";

export interface Sends {
  readonly on: SendTimes;
  readonly off: SendTimes;
}

let measured: Promise<Sends> | undefined;

export const measuredSends = async ({ full }: { readonly full: boolean }): Promise<Sends> =>
  (measured ??= measureBoth(full ? 80 : 8));

async function measureBoth(stretches: number): Promise<Sends> {
  const built = await buildSystem(described, fromRoot("build", "bench", "messages"), await buildHeaders());
  const of = async (accelerated: boolean): Promise<SendTimes> => {
    const machine = createMachine(await buildMachine({ traced: false, accelerated }));
    try {
      return measureSends(machine, built, stretches);
    } finally {
      machine.free();
    }
  };
  return { on: await of(true), off: await of(false) };
}

/** A figure, with what the same costs without accelerators, and what interrupts do to it. */
export function readingOf({ on, off }: Sends, what: Exclude<keyof SendTimes, "interrupted">, how: string) {
  return {
    value: extent(on[what]).max,
    how:
      `${how}; ${countOf(on[what])} messages at random distances; without accelerators ${extent(off[what]).max}; ` +
      `${countOf(on.interrupted)} of all are left out, in which the timer interrupted: ${extentText(on.interrupted)}`,
    spread: extentText(on[what]),
  };
}
