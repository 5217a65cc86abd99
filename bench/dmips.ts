// Speed in units of a VAX-11/780, by a program of Dhrystone's class (programs/records.h): that machine did 1757 turns
// of Dhrystone's loop in a second.
import { buildBare } from "../tests/cpu/bare/build.ts";
import { cpuVerilog } from "../tests/cpu/bare/verilog.ts";
import { imageServer } from "../tests/cpu/images.ts";
import { buildProgram } from "./programs.ts";
import { runProgram } from "./run.ts";

const vax_turns_per_s = 1757;

/** What surrounds the loop takes less than a turn. */
const turns_standard = 60;

const sources = ["records-main.c", "records-procedures.c"];

export type Dmips = { dmips_per_mhz: number; clocks_per_turn: number; instructions_per_turn: number };

export async function measureDmips({ verilog = cpuVerilog(), turns = turns_standard } = {}): Promise<Dmips> {
  const { executable, rom } = await buildBare(verilog);
  const core = imageServer(executable, ["serve", rom]);
  try {
    const { cycles, retired } = await runProgram(core, await buildProgram("records", sources, [`-DTURNS=${turns}`]));
    const clocks_per_turn = cycles / turns;
    return {
      clocks_per_turn,
      instructions_per_turn: retired / turns,
      dmips_per_mhz: 1e6 / clocks_per_turn / vax_turns_per_s,
    };
  } finally {
    core.close();
  }
}
