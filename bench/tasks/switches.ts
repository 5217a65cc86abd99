// How long it takes from an interrupt line, and from a message, to the first instruction of another protected task, at
// random moments of whatever a third one is doing.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { buildMachine } from "../../commands/steps/machine.ts";
import { random } from "../../hdl-gen/fuzz/random.ts";
import { createMachine, type Machine } from "../../sim/machine.ts";
import { contextsConfig } from "../../soc/contexts/shape.ts";
import { buildProgram, symbolsOf, type Image } from "../../tests/accelerators/build.ts";
import { mixSource } from "./mix.ts";

const here = dirname(fileURLToPath(import.meta.url));
const pieces = 3000;

/** Clocks from reset until all tasks wait or run. */
const boot_cycles_max = 3_000_000;
/** From the line's rise until everybody has had his turn and the background runs again; and at random some more. */
const answer_cycles = 260;
const distance_cycles = 97;
const rise_cycles = 4;
/** An instruction between the stores and the COMMIT that has nothing to do with either. */
const other_cycles = 1;
/** From the line's rise to the scheduler's decision, when nothing else is due: docs/hardware.md has the waves. */
const decision_cycles = 10;
/** From the exchange, the last cycle of a switch, to the first instruction's completion. */
const refill_cycles = 4;

interface Code {
  readonly first: number;
  readonly end: number;
}
const holds = ({ first, end }: Code, eip: number): boolean => eip >= first && eip < end;

/** Clocks, how often. */
export type Counts = Map<number, number>;
export const count = (of: Counts, clocks: number): void => { of.set(clocks, (of.get(clocks) ?? 0) + 1); };

export interface SwitchClocks {
  /** From the clock in which the line is high first to that in which the task's first instruction is complete. */
  readonly irq_to_task: Counts;
  /**
   * From the last instruction of what was interrupted, complete, to the task's first one; from the decision if an
   * instruction was under way then, which is given up or in the midst of its rounds.
   */
  readonly last_to_first: Counts;
  /** The same from the last complete instruction on, whatever was under way. */
  readonly from_last: Counts;
  /** From the last instruction before four stores and a COMMIT to the COMMIT, complete, less one other in the gap. */
  readonly send: Counts;
  /** From the COMMIT, complete, to the receiver's first instruction, complete. */
  readonly send_to_receiver: Counts;
  /** Instructions that were the last before a switch, by address. */
  readonly interrupted: ReadonlySet<number>;
}

interface Measure {
  readonly events: number;
  readonly in_parts: boolean;
  readonly seed?: number;
}

export async function measureSwitches({ events, in_parts, seed = 1 }: Measure): Promise<SwitchClocks> {
  const image = await buildProgram({
    name: in_parts ? "switches-in-parts" : "switches",
    sources: ["latency.c", "tasks.S"].map((name) => join(here, name)),
    generated: { "mix.S": mixSource({ pieces, seed, in_parts }) },
  });
  const machine = createMachine(await buildMachine({ traced: false }));
  try {
    return measure(machine, image, events, seed);
  } finally {
    machine.free();
  }
}

function measure(machine: Machine, image: Image, events: number, seed: number): SwitchClocks {
  const at = symbolsOf(image);
  const code = {
    mix: { first: at("mix"), end: at("mix_end") },
    answer: { first: at("answer"), end: at("answer_end") },
    receive: { first: at("receive"), end: at("receive_end") },
  };
  const sends = at("answer_sends");
  const commits = at("answer_commits");
  const r = random(seed);
  machine.load(image.address, image.bytes);
  machine.reset();
  bootTo(machine, code.mix);

  const found = {
    irq_to_task: new Map<number, number>(), last_to_first: new Map<number, number>(), from_last: new Map<number, number>(),
    send: new Map<number, number>(), send_to_receiver: new Map<number, number>(), interrupted: new Set<number>(),
  };
  let raised: number | undefined, before: readonly [cycle: number, eip: number] = [0, 0];
  let began: number | undefined, sent: number | undefined;
  machine.logRetirements(true);
  for (let event = 0; event <= events; event++) {
    machine.retirements((eip, cycle) => {
      if (raised !== undefined && ((cycle - raised) | 0) >= 0 && holds(code.answer, eip)) {
        if (!holds(code.mix, before[1])) throw new Error(`after ${before[1].toString(16)} there should be no switch`);
        const [since_rise, since_last] = [(cycle - raised) >>> 0, (cycle - before[0]) >>> 0];
        count(found.irq_to_task, since_rise);
        count(found.from_last, since_last);
        count(found.last_to_first, Math.min(since_last, since_rise - decision_cycles));
        found.interrupted.add(before[1]);
        raised = undefined;
      }
      if (eip === sends) began = cycle;
      if (eip === commits && began !== undefined) {
        count(found.send, ((cycle - began) >>> 0) - other_cycles);
        sent = cycle;
      }
      if (sent !== undefined && holds(code.receive, eip)) {
        count(found.send_to_receiver, (cycle - sent) >>> 0);
        sent = undefined;
      }
      before = [cycle, eip];
    });
    if (event === events) break;
    if (event > 0 && raised !== undefined) throw new Error(`nobody has answered the line's rise in clock ${raised}`);
    machine.run(r.below(distance_cycles));
    raised = (machine.cycles + 1) >>> 0;
    machine.setLines(1);
    machine.run(rise_cycles);
    machine.setLines(0);
    machine.run(answer_cycles - rise_cycles);
  }
  const soonest = Math.min(...found.irq_to_task.keys());
  const expected = decision_cycles + contextsConfig.exchange_cycles + refill_cycles;
  if (soonest !== expected) throw new Error(`a task answers after ${soonest} cycles, of which ${expected} are accounted for`);
  return found;
}

function bootTo(machine: Machine, { first }: Code): void {
  machine.setBreakpoint(first);
  if (!machine.run(boot_cycles_max, ["breakpoint"]).breakpoint) throw new Error("the program does not begin");
}
