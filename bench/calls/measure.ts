// How long calls through the kernel take: from a client's SYSENTER to the server's next instruction, and back.
import { readFileSync } from "node:fs";

import { readElf } from "../../kernel/elf.ts";
import type { Machine } from "../../sim/machine.ts";
import type { BuiltSystem } from "../../system/build.ts";
import { distribution, type Distribution } from "../levels/distribution.ts";

/** Cycles, from the completion of the instruction before SYSENTER to that of the first of the other, or behind it. */
export interface CallTimes {
  readonly to_server: Distribution;
  readonly round_trip: Distribution;
  /** Round trips in which an interrupt came. */
  readonly interrupted: Distribution;
}

/** The boot, and some calls in which the programs' data are set up. */
const boot_cycles = 1_200_000;
const measured_cycles = 400_000;
const sysenter_bytes = 2;

export function measureCalls(machine: Machine, built: BuiltSystem): CallTimes {
  const kernel = readElf(readFileSync(built.elf), built.elf);
  const kernels = (name: string): number | undefined => kernel.symbols.find((each) => each.name === name)?.address;
  const [entry, interrupt] = [kernels("system_call_entry"), kernels("interrupt_enter")];
  const [from, to] = codeOf(built, "client");
  const isClients = (eip: number): boolean => eip >= from && eip < to;
  machine.reset();
  machine.logRetirements(true);
  for (const { address, bytes } of kernel.segments) if (bytes.length > 0) machine.load(address, bytes);
  machine.run(boot_cycles);
  machine.retirements(() => {});
  machine.run(measured_cycles);

  const [first, last] = codeOf(built, "server");
  const times: Record<keyof CallTimes, number[]> = { to_server: [], round_trip: [], interrupted: [] };
  let before = { eip: 0, cycle: 0 };
  let ahead = before;
  let call: { readonly back: number; readonly began: number; arrived?: number; interrupted: boolean } | undefined;
  machine.retirements((eip, cycle) => {
    // `ahead` was SYSENTER.
    if (eip === entry && isClients(ahead.eip)) {
      call = { back: ahead.eip + sysenter_bytes, began: before.cycle, interrupted: false };
    } else if (call !== undefined && eip === interrupt) {
      call.interrupted = true;
    } else if (call !== undefined && call.arrived === undefined && eip >= first && eip < last) {
      call.arrived = cycle;
    } else if (call?.back === eip) {
      if (call.arrived !== undefined) {
        if (!call.interrupted) times.to_server.push(call.arrived - call.began);
        times[call.interrupted ? "interrupted" : "round_trip"].push(cycle - call.began);
      }
      call = undefined;
    }
    before = ahead;
    ahead = { eip, cycle };
  });
  machine.logRetirements(false);
  return {
    to_server: distribution(times.to_server), round_trip: distribution(times.round_trip),
    interrupted: distribution(times.interrupted),
  };
}

function codeOf({ placement, programs }: BuiltSystem, name: string): readonly [first: number, end: number] {
  const index = programs.findIndex(({ image }) => image.task.name === name);
  const [at, size] = [placement.images[index]?.code, programs[index]?.image.sizes.code];
  if (at === undefined || size === undefined) throw new Error(`there is no program of ${name}`);
  return [at, at + size];
}
