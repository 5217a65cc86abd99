// Runs an image on the CPU alone, from a file of Verilog with the top module `cpu`:
//   npx tsx tests/cpu/bare/run.ts CPU.v IMAGE.bin@0x1000 [--cycles N] [--retired] [--bus] [--dump ADDRESS:LENGTH] [--wave FILE.fst]
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { buildBare } from "./build.ts";

const [verilog, ...args] = process.argv.slice(2);
if (verilog === undefined) {
  console.error(
    "usage: run.ts CPU.v IMAGE@ADDRESS... [--cycles N] [--retired] [--bus] [--dump ADDRESS:LENGTH] [--wave FILE.fst]",
  );
  process.exit(2);
}
const { executable, rom } = await buildBare(readFileSync(verilog, "utf8"), { waves: args.includes("--wave") });
const { status } = spawnSync(executable, ["run", rom, ...args], { stdio: "inherit" });
process.exit(status ?? 2);
