// Clocks per retired instruction of compiled integer code, on the core alone with the machine's memory timing.
import { buildBare } from "../tests/cpu/bare/build.ts";
import { cpuVerilog } from "../tests/cpu/bare/verilog.ts";
import { imageServer } from "../tests/cpu/images.ts";
import { buildProgram, programNames, programs, type ProgramName } from "./programs.ts";
import { runProgram } from "./run.ts";

export type CpiRow = { program: ProgramName; what: string; clocks: number; instructions: number; cpi: number };

export type Cpi = { rows: readonly CpiRow[]; geometric_mean: number; worst: CpiRow };

export async function measureCpi(verilog = cpuVerilog()): Promise<Cpi> {
  const { executable, rom } = await buildBare(verilog);
  const core = imageServer(executable, ["serve", rom]);
  try {
    const rows: CpiRow[] = [];
    for (const name of programNames) {
      const { cycles: clocks, retired: instructions } = await runProgram(core, await buildProgram(name));
      rows.push({ program: name, what: programs[name], clocks, instructions, cpi: clocks / instructions });
    }
    return summarise(rows);
  } finally {
    core.close();
  }
}

export function summarise(rows: readonly CpiRow[]): Cpi {
  const [first, ...others] = rows;
  if (first === undefined) throw new Error("no benchmark program");
  const geometric_mean = Math.exp(rows.reduce((sum, { cpi }) => sum + Math.log(cpi), 0) / rows.length);
  return { rows, geometric_mean, worst: others.reduce((worst, row) => (row.cpi > worst.cpi ? row : worst), first) };
}
