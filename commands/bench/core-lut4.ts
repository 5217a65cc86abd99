// The processor's size on an ECP5, counted as soc/area.ts counts cells.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { lut4Of } from "../../soc/area.ts";
import { GOAL_MHZ, synthesisForArea } from "../../soc/synthesis.ts";
import { cached } from "../cache.ts";
import { mustSucceed } from "../process.ts";
import { say } from "../say.ts";
import { reportAreas } from "../steps/area.ts";
import { buildSoc } from "../steps/soc.ts";
import { toolVersion } from "../tools.ts";
import type { Measurement } from "./measurement.ts";

const COMMANDS = `read_verilog soc.v; ${synthesisForArea("-top cpu")}; tee -q -o cells stat`;

export const coreLut4: Measurement = {
  id: "core_lut4",
  metric: "CPU, ECP5 LUT4",
  unit: "LUT4",
  target: { atMost: 20_000 },
  best: "31.9k (v586, incomplete), 38.2k (ao486), 60k (z386 on ULX3S)",
  async measure() {
    const { verilogPath } = await buildSoc();
    const entry = await cached({
      name: "cells",
      files: [],
      facts: { verilog: await readFile(verilogPath), yosys: await toolVersion("yosys"), commands: COMMANDS },
      async make(folder) {
        say("synthesising the CPU for the ECP5 (some minutes)");
        const commands = COMMANDS.replace("soc.v", verilogPath);
        await mustSucceed("yosys", ["-q", "-p", commands], { cwd: folder });
      },
    });
    const cells = countCells(await readFile(join(entry, "cells"), "utf8"));
    const others = [...cells]
      .filter(([cell]) => ["TRELLIS_FF", "DP16KD", "MULT18X18D"].includes(cell))
      .map(([cell, count]) => `${count} ${cell}`);
    const { areas } = await reportAreas("cpu");
    const byModule = areas.modules
      .map(({ module, instances, lut4 }) => ({ module, lut4: instances * lut4 }))
      .toSorted((a, b) => b.lut4 - a.lut4)
      .map(({ module, lut4 }) => `${module} ${lut4}`);
    const how = [
      `synth_ecp5 -abc9 of module cpu, for the least area within the delay of ${GOAL_MHZ} MHz`,
      `besides ${others.join(", ")}`,
      `module by module, for the least delay and with nothing shared across their borders: ${byModule.join(", ")}`,
    ];
    return { value: lut4Of({ cells }), how: how.join("; ") };
  },
};

// Yosys prints a line per cell type: its name and how many.
export function countCells(statistics: string): Map<string, number> {
  const rows = statistics.matchAll(/^ {5}([A-Z]\w+) +(\d+)$/gm);
  return new Map([...rows].map(([, cell, count]) => [cell ?? "", Number(count)]));
}
