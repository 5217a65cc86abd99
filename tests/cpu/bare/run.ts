// Runs an image on the CPU alone: the core as its source is now, or a file of Verilog with the top module `cpu`.
//   npx tsx tests/cpu/bare/run.ts [CPU.v] IMAGE.bin@0x1000 [--cycles N] [--retired] [--interrupts SEED] [--bus]
//     [--dump ADDRESS:LENGTH] [--wave FILE.fst]
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { buildBare } from "./build.ts";
import { cpuVerilog } from "./verilog.ts";

const given = process.argv.slice(2);
const [first] = given;
const has_file = first?.endsWith(".v") === true;
const args = has_file ? given.slice(1) : given;
const verilog = has_file ? readFileSync(first, "utf8") : cpuVerilog();
const { executable, rom } = await buildBare(verilog, { waves: args.includes("--wave") });
const { status } = spawnSync(executable, ["run", rom, ...args], { stdio: "inherit" });
process.exit(status ?? 2);
