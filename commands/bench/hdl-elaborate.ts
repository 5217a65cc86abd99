// How long hdl-gen takes for the whole SoC, in CPU time, from the start of a fresh process to the Verilog's last
// character: what someone waits for who has changed a line.

import { fromRoot, ROOT } from "../paths.ts";
import { mustSucceed } from "../process.ts";
import type { Measurement } from "./measurement.ts";

const RUNS = 7;

export const hdlElaborate: Measurement = {
  id: "hdl_elaborate_s",
  metric: "whole SoC from TypeScript to Verilog",
  unit: "CPU seconds",
  target: { atMost: 3 },
  best: "not known of a design of this size",
  async measure() {
    const program = fromRoot("commands", "bench", "elaborate-soc.ts");
    const run = async (): Promise<{ all: number; loaded: number; characters: number }> =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what that program prints
      JSON.parse(await mustSucceed(process.execPath, ["--import", "tsx", program], { cwd: ROOT })) as never;
    await run(); // tsx keeps what it has translated
    const runs = [];
    for (let i = 0; i < RUNS; i++) runs.push(await run());
    const sorted = runs.toSorted((a, b) => a.all - b.all);
    const [fastest, median, slowest] = [sorted[0], sorted[RUNS >> 1], sorted[RUNS - 1]];
    if (fastest === undefined || median === undefined || slowest === undefined) throw new Error("nothing was run");
    return {
      value: median.all,
      how:
        `median of ${RUNS} fresh processes; ${median.loaded.toFixed(2)} s of it to start Node and load the sources, ` +
        `some of whose modules are elaborated then; ${median.characters} characters`,
      spread: `${fastest.all.toFixed(2)} to ${slowest.all.toFixed(2)}`,
    };
  },
};
