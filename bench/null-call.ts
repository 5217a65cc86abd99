// How long the kernel's call that does nothing takes: a task of the trial system (kernel/trial) makes it from every alignment.
import { readFileSync } from "node:fs";

import { bootHeader } from "../kernel/boot-header.ts";
import { readyText } from "../tests/claims/claim.ts";
import type { Systems } from "../tests/claims/systems.ts";
import { readElf } from "../kernel/elf.ts";
import type { Machine } from "../sim/machine.ts";
import { serialLine } from "../sim/serial-line.ts";

const wait_cycles_max = 20e6;

/** Cycles of each call, from the completion of the instruction in front of SYSENTER to that of the one behind it. */
export async function measureNullCalls(machine: Machine, systems: Pick<Systems, "images" | "elfs">): Promise<number[]> {
  const symbols = readElf(readFileSync(systems.elfs.trial), systems.elfs.trial).symbols;
  const entry = symbols.find(({ name }) => name === "system_call_entry")?.address;
  machine.reset();
  machine.logRetirements(true);
  machine.load(bootHeader.address, systems.images.trial);
  const line = serialLine(machine, wait_cycles_max);
  await line.waitFor(readyText.trial);
  machine.retirements(() => {});
  line.type("n");
  await line.waitFor(readyText.trial);
  const completed: { eip: number; cycle: number }[] = [];
  machine.retirements((eip, cycle) => completed.push({ eip, cycle }));
  // TEST, JZ, STI, SYSEXIT: what the call is, from its entry on.
  const instructions_of_call = 4;
  return completed.flatMap(({ eip }, at) => {
    const before = completed[at - 2];
    const behind = completed[at + instructions_of_call];
    const returns = completed[at - 1];
    if (eip !== entry || before === undefined || behind === undefined || returns === undefined) return [];
    return behind.eip === returns.eip + 2 ? [behind.cycle - before.cycle] : [];
  });
}
