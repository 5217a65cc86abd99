// The same switches made by software on the same core, the accelerators left alone: software.c.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { buildMachine } from "../../commands/steps/machine.ts";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { createMachine, type Machine } from "../../sim/machine.ts";
import { buildProgram, symbolsOf, type Image } from "../../tests/accelerators/build.ts";
import { mixSource } from "./mix.ts";
import { count, type Counts } from "./switches.ts";

const here = dirname(fileURLToPath(import.meta.url));
const kernel = join(here, "..", "..", "kernel");
const pieces = 3000;
const boot_cycles_max = 3_000_000;
/** From the line's rise to the interrupt's first instruction, at most: instructions that are not given up are in its way. */
const interrupt_cycles_max = 1000;
/** Until everybody has had his turn and the background runs again; and at random some more. */
const answer_cycles = 2000;
const distance_cycles = 97;

export interface SoftwareClocks {
  /** From the clock in which the line is high first to that in which the task's first instruction is complete. */
  readonly irq_to_task: Counts;
  /** From the instruction before the sender's call, complete, to the receiver's first one. */
  readonly send_to_receiver: Counts;
}

export async function measureInSoftware({ events, seed = 1 }: { readonly events: number; readonly seed?: number }): Promise<SoftwareClocks> {
  const image = await buildProgram({
    name: "switches-in-software",
    sources: [
      ...["software.c", "software.S"].map((name) => join(here, name)),
      ...["tournament.c", "tournament_change.S"].map((name) => join(kernel, name)),
    ],
    includeDirs: [join(kernel, "freestanding")],
    generated: { "mix.S": mixSource({ pieces, seed, in_parts: false }) },
  });
  const machine = createMachine(await buildMachine({ traced: false }));
  try {
    return measure(machine, image, events, seed);
  } finally {
    machine.free();
  }
}

function measure(machine: Machine, image: Image, events: number, seed: number): SoftwareClocks {
  const at = symbolsOf(image);
  const isIn = (name: "mix" | "answer" | "receive", eip: number): boolean => eip >= at(name) && eip < at(`${name}_end`);
  const [interrupted, sends] = [at("line_entry"), at("answer_sends")];
  const r = random(seed);
  machine.load(image.address, image.bytes);
  machine.reset();
  machine.setBreakpoint(at("mix"));
  if (!machine.run(boot_cycles_max, ["breakpoint"]).breakpoint) throw new Error("the program does not begin");
  machine.setBreakpoint(interrupted);
  machine.logRetirements(true);

  const found = { irq_to_task: new Map<number, number>(), send_to_receiver: new Map<number, number>() };
  for (let event = 0; event < events; event++) {
    machine.run(r.below(distance_cycles));
    machine.retirements(() => undefined);
    const raised = (machine.cycles + 1) >>> 0;
    machine.setLines(1);
    if (!machine.run(interrupt_cycles_max, ["breakpoint"]).breakpoint) throw new Error("no interrupt comes");
    machine.setLines(0);
    machine.run(answer_cycles);
    let [answered, sent, last] = [false, 0, 0];
    machine.retirements((eip, cycle) => {
      if (!answered && isIn("answer", eip)) {
        count(found.irq_to_task, (cycle - raised) >>> 0);
        answered = true;
      }
      if (eip === sends) sent = cycle;
      if (sent !== 0 && isIn("receive", eip)) {
        count(found.send_to_receiver, (cycle - sent) >>> 0);
        sent = 0;
      }
      last = eip;
    });
    if (!answered || !isIn("mix", last)) throw new Error(`the switches are not over, at ${last.toString(16)}`);
  }
  return found;
}
