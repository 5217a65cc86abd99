// How long sending takes, by the mailbox, by the kernel, and by lanes with and without the fast IPC layer: a function of the sender's that sends four words, from the CALL
// of it to its RET; and from the SYSENTER of a send to the first instruction of the receiver that waited for it.
import { readFileSync } from "node:fs";

import { readElf } from "../../kernel/elf.ts";
import type { Machine } from "../../sim/machine.ts";
import type { BuiltSystem } from "../../system/build.ts";
import { variable } from "../../system/observe.ts";
import { distribution, type Distribution } from "../levels/distribution.ts";

/** Those in which an interrupt came are apart. */
export interface SendTimes {
  /** Cycles from the completion of the CALL to that of the RET. */
  readonly direct: Distribution;
  readonly by_kernel: Distribution;
  readonly into_lane: Distribution;
  readonly by_layer: Distribution;
  /** Cycles from the completion of the instruction before SYSENTER to that of the receiver's first one. */
  readonly to_receiver: Distribution;
  readonly interrupted: Distribution;
}

/** The boot, and some messages with which the programs' data are set up. */
const boot_cycles = 1_200_000;
const stretch_cycles = 250_000;
const call_bytes = 5;

export function measureSends(machine: Machine, built: BuiltSystem, stretches: number): SendTimes {
  const kernel = readElf(readFileSync(built.elf), built.elf);
  const kernels = (name: string): number | undefined => kernel.symbols.find((each) => each.name === name)?.address;
  const [entry, interrupt] = [kernels("system_call_entry"), kernels("interrupt_enter")];
  const functionOf = functionsOf(built, "sender");
  const ways = {
    direct: functionOf("send_direct"), by_kernel: functionOf("send_by_kernel"), into_lane: functionOf("put_into_lane"),
    by_layer: functionOf("put_by_layer"),
  };
  const toWaiting = functionOf("send_to_waiting");
  const receiver = codeOf(built, "receiver");
  machine.reset();
  for (const { address, bytes } of kernel.segments) if (bytes.length > 0) machine.load(address, bytes);
  machine.run(boot_cycles);

  const times: Record<keyof SendTimes, number[]> = { direct: [], by_kernel: [], into_lane: [], by_layer: [], to_receiver: [], interrupted: [] };
  let [before, ahead] = [{ eip: 0, cycle: 0 }, { eip: 0, cycle: 0 }];
  let inside: { readonly way: keyof typeof ways; readonly began: number; readonly back: number } | undefined;
  let sent: number | undefined;
  /** When the last interrupt came. */
  let interrupted = 0;
  const took = (way: keyof typeof times, from: number, to: number): void => {
    times[interrupted > from ? "interrupted" : way].push(to - from);
  };
  const completed = (eip: number, cycle: number): void => {
    if (eip === interrupt) interrupted = cycle;
    for (const way of ["direct", "by_kernel", "into_lane", "by_layer"] as const) {
      // `ahead` was CALL.
      if (eip === ways[way].first) inside = { way, began: ahead.cycle, back: ahead.eip + call_bytes };
    }
    // `ahead` was RET.
    if (inside !== undefined && eip === inside.back) {
      took(inside.way, inside.began, ahead.cycle);
      inside = undefined;
    }
    // `ahead` was SYSENTER.
    if (eip === entry && ahead.eip >= toWaiting.first && ahead.eip <= toWaiting.last) sent = before.cycle;
    if (sent !== undefined && eip >= receiver.first && eip <= receiver.last) {
      took("to_receiver", sent, cycle);
      sent = undefined;
    }
    before = ahead;
    ahead = { eip, cycle };
  };
  machine.logRetirements(true);
  for (let stretch = 0; stretch < stretches; stretch++) {
    machine.run(stretch_cycles);
    machine.retirements(completed);
  }
  machine.logRetirements(false);
  for (const [task, name] of [["sender", "refused"], ["receiver", "wrong"]] as const) {
    const count = variable(machine, built, task, name);
    if (count !== 0) throw new Error(`messages go wrong: the ${task}'s count of what was ${name} is ${count}`);
  }
  if (times.to_receiver.length === 0) throw new Error("no message was seen");
  return {
    direct: distribution(times.direct), by_kernel: distribution(times.by_kernel), into_lane: distribution(times.into_lane),
    by_layer: distribution(times.by_layer), to_receiver: distribution(times.to_receiver),
    interrupted: distribution(times.interrupted),
  };
}

interface Code {
  /** Addresses of the first and the last byte. */
  readonly first: number;
  readonly last: number;
}

function functionsOf({ programs }: BuiltSystem, task: string): (name: string) => Code {
  const elf = programs.find(({ image }) => image.task.name === task)?.elf ?? "";
  const { symbols } = readElf(readFileSync(elf), elf);
  return (name) => {
    const symbol = symbols.find((each) => each.name === name);
    if (symbol === undefined) throw new Error(`${task} has no ${name}`);
    return { first: symbol.address, last: symbol.address + symbol.bytes - 1 };
  };
}

function codeOf({ placement, programs }: BuiltSystem, task: string): Code {
  const index = programs.findIndex(({ image }) => image.task.name === task);
  const [at, size] = [placement.images[index]?.code, programs[index]?.image.sizes.code];
  if (at === undefined || size === undefined) throw new Error(`there is no program of ${task}`);
  return { first: at, last: at + size - 1 };
}
