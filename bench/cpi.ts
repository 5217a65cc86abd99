// Clocks per retired instruction of compiled integer code, on the core alone with the machine's memory timing.
import { imageServer } from "../tests/cpu/images.ts";
import { buildBare } from "../tests/cpu/bare/build.ts";
import { cpuVerilog } from "../tests/cpu/bare/verilog.ts";
import { buildProgram, programNames, programs, type Program, type ProgramName } from "./programs.ts";

export type CpiRow = { program: ProgramName; what: string; clocks: number; instructions: number; cpi: number };

export type Cpi = { rows: readonly CpiRow[]; geometric_mean: number; worst: CpiRow };

/** The longest program takes a small part of this. */
const cycle_limit = 20_000_000;

export async function measureCpi(verilog = cpuVerilog()): Promise<Cpi> {
  const { executable, rom } = await buildBare(verilog);
  const core = imageServer(executable, ["serve", rom]);
  try {
    const rows: CpiRow[] = [];
    for (const name of programNames) {
      const program = await buildProgram(name);
      const { image, first, result_address } = program;
      const reply = await core.run({ image, first, result: { first: result_address, bytes: 4 }, cycle_limit });
      check(program, reply.halted, reply.memory);
      const { cycles: clocks, retired: instructions } = reply.marked;
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

function check({ name, expected }: Program, halted: boolean, memory: Uint8Array): void {
  if (!halted) throw new Error(`benchmark ${name} does not end on the core`);
  const result = new DataView(memory.buffer, memory.byteOffset).getUint32(0, true);
  if (result !== expected) throw new Error(`benchmark ${name} gives ${result} on the core, ${expected} on the host`);
}
