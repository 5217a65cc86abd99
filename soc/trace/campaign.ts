// The trace's merger against its model, which is where events of one cycle meet and where one can be lost.
import { simulate, type Simulation } from "#hdl-gen";
import * as assert from "uvu/assert";
import { random } from "../../hdl-gen/fuzz/random.ts";
import type { Campaign } from "../campaign.ts";
import { eventMerger } from "./merger.ts";
import { mergerModel, type ReportedEvent } from "./model.ts";
import { kindOf } from "./ports.ts";

const shape = {
  inputs: 3, rows: 3, kind_bits: 5, task_bits: 8, argument_bits: 8, now_bits: 37, time_bits: 24, sync_cycles: 64,
};
type Ports = ReturnType<typeof eventMerger>["ports"];

/** So many random cycles; throws at the first difference. */
export function compareMerger(cycles: number, seed: number, see: (sim: Simulation<Ports>) => void = () => undefined): void {
  const sim = simulate(eventMerger(shape)).reset();
  sim.watch(() => { see(sim); });
  const { io } = sim;
  const model = mergerModel({ rows: shape.rows, lost_max: 255, sync_cycles: shape.sync_cycles });
  const r = random(seed);
  let [busy, slow] = [4, 2];
  for (let cycle = 0; cycle < cycles; cycle++) {
    if (r.oneIn(200)) [busy, slow] = [1 + r.below(12), 1 + r.below(4)];
    const events = Array.from({ length: shape.inputs }, (): ReportedEvent | undefined =>
      r.oneIn(busy) ? { kind: 2 + r.below(30), task: r.below(256), argument: r.below(256) } : undefined);
    const enable = cycle % 3000 < 2800;
    const kinds = cycle % 500 < 400 ? 0xffff_ffff : 0x0f0f_0f0f;
    const ready = r.oneIn(slow);
    const now = BigInt(cycle);
    Object.assign(io, { now, enable: enable ? 1 : 0, kinds });
    io.events.forEach((event, i) => Object.assign(event, { valid: events[i] === undefined ? 0 : 1, ...events[i] }));
    io.take.ready = ready ? 1 : 0;
    const expected = model.step({ now, enable, kinds, events, ready });
    assert.is(io.take.valid, expected === undefined ? 0 : 1, `cycle ${cycle}`);
    if (expected !== undefined) {
      const { kind, task, argument, time } = io.take.record;
      const high = expected.kind === kindOf("sync") ? expected.time >> 24n : undefined;
      assert.equal(
        { kind, task, argument, time: BigInt(time) },
        { ...expected, ...(high === undefined ? {} : { task: Number(high >> 8n), argument: Number(high & 0xffn) }),
          time: BigInt.asUintN(24, expected.time) },
      );
    }
    sim.step();
  }
}

const cycles = 20_000;

export const traceCampaign: Campaign = {
  counts: "cycles",
  round: (_, seed) => ({
    name: "trace-merger",
    design: eventMerger(shape),
    reset_cycles: 1,
    run(see) {
      compareMerger(cycles, seed, see);
      return cycles;
    },
  }),
};
