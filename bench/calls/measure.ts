// How long calls through the kernel take: from a client's SYSENTER to the server's next instruction, and back.
import { readFileSync } from "node:fs";

import { readElf } from "../../kernel/elf.ts";
import type { Machine } from "../../sim/machine.ts";
import type { BuiltSystem } from "../../system/build.ts";

export interface CallTimes {
  /** Cycles of each, from the completion of the instruction before SYSENTER to that of the first of the other, or behind it. */
  readonly to_server: readonly number[];
  readonly round_trip: readonly number[];
}

/** The boot, and some calls in which the programs' data are set up. */
const boot_cycles = 1_200_000;
const measured_cycles = 200_000;
const sysenter_bytes = 2;

export function measureCalls(machine: Machine, built: BuiltSystem): CallTimes {
  const kernel = readElf(readFileSync(built.elf), built.elf);
  const entry = kernel.symbols.find(({ name }) => name === "system_call_entry")?.address;
  const [from, to] = codeOf(built, "client");
  const isClients = (eip: number): boolean => eip >= from && eip < to;
  machine.reset();
  machine.logRetirements(true);
  for (const { address, bytes } of kernel.segments) if (bytes.length > 0) machine.load(address, bytes);
  machine.run(boot_cycles);
  machine.retirements(() => {});
  machine.run(measured_cycles);

  const [first, last] = codeOf(built, "server");
  const times = { to_server: [] as number[], round_trip: [] as number[] };
  let before = { eip: 0, cycle: 0 };
  let ahead = before;
  let call: { readonly back: number; readonly began: number; arrived: boolean } | undefined;
  machine.retirements((eip, cycle) => {
    // `ahead` was SYSENTER.
    if (eip === entry && isClients(ahead.eip)) {
      call = { back: ahead.eip + sysenter_bytes, began: before.cycle, arrived: false };
    } else if (call !== undefined && !call.arrived && eip >= first && eip < last) {
      call.arrived = true;
      times.to_server.push(cycle - call.began);
    } else if (call?.back === eip) {
      if (call.arrived) times.round_trip.push(cycle - call.began);
      call = undefined;
    }
    before = ahead;
    ahead = { eip, cycle };
  });
  machine.logRetirements(false);
  return times;
}

function codeOf({ placement, programs }: BuiltSystem, name: string): readonly [first: number, end: number] {
  const index = programs.findIndex(({ image }) => image.task.name === name);
  const [at, size] = [placement.images[index]?.code, programs[index]?.image.sizes.code];
  if (at === undefined || size === undefined) throw new Error(`there is no program of ${name}`);
  return [at, at + size];
}
