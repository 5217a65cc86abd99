// The clock that the whole machine reached when it was last placed and routed. Nothing is measured here: that takes
// many minutes and is `atomicos fpga build`.

import { BOARDS } from "../../fpga/boards.ts";
import { GOAL_MHZ } from "../../soc/synthesis.ts";
import { Failure } from "../failure.ts";
import { currentFingerprint, readReport } from "../steps/bitstream.ts";
import type { Measurement } from "./measurement.ts";

export const socFmax: Measurement = {
  id: "soc_fmax",
  metric: "whole SoC, LFE5U-85F speed 6, placed and routed",
  unit: "MHz",
  target: { atLeast: GOAL_MHZ },
  best: "26 (z386, open flow); 63–66 (VexRiscv with MMU, not x86)",
  async measure() {
    const [board] = BOARDS;
    const report = board === undefined ? undefined : await readReport(board);
    if (board === undefined || report === undefined) {
      throw new Failure("no bitstream was built yet", "run: atomicos fpga build");
    }
    const current = report.fingerprint === (await currentFingerprint(board));
    const age = current ? "of the sources as they are" : "THE SOURCES HAVE CHANGED SINCE";
    const start = report.path[0]?.name ?? "an input";
    return {
      value: report.clock.reached_mhz,
      how: `last bitstream for ${board.id}, ${age}; slowest path from ${start} to ${report.end.name}`,
    };
  },
};
