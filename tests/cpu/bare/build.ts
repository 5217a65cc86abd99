// Builds the CPU alone (bare.cpp) with Verilator: its Verilog, the boot ROM and the C++ side.
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { cached } from "../../../commands/cache.ts";
import { mustSucceed } from "../../../commands/process.ts";
import { toolVersion } from "../../../commands/tools.ts";
import { memoryMap } from "../../../soc/memory-map.ts";

const here = dirname(fileURLToPath(import.meta.url));
const sources = ["bare.cpp", "rom.S"].map((name) => join(here, name));

/** The machine's memory, for C++ and assembly. */
const sizes = [`-DRAM_BYTES=${memoryMap.ram.size}`, `-DROM_BYTES=${memoryMap.bootRom.size}`];

export type Bare = { executable: string; rom: string };

/** `verilog`: the whole hierarchy with the top module `cpu`; `waves`: can write FST files, and is slower. */
export async function buildBare(verilog: string, { waves = false } = {}): Promise<Bare> {
  const flags = [
    "--cc",
    "--exe",
    "--build",
    "-j",
    "2",
    "--top-module",
    "cpu",
    "--Mdir",
    "model",
    "-o",
    "bare",
    "-O3",
    "--x-assign",
    "fast",
    "--x-initial",
    "fast",
    "--noassert",
    "-Wno-fatal",
    ...(waves ? ["--trace-fst", "-CFLAGS", "-DWAVES"] : []),
    "-CFLAGS",
    ["-std=c++17", ...sizes].join(" "),
    "-MAKEFLAGS",
    "OPT_FAST=-O2",
  ];
  const folder = await cached({
    name: waves ? "bare-cpu-waves" : "bare-cpu",
    files: sources,
    facts: { verilog, flags: flags.join(" "), verilator: await toolVersion("verilator") },
    async make(cwd) {
      await writeFile(join(cwd, "cpu.v"), verilog);
      const [bench = "", boot = ""] = sources;
      await mustSucceed("i686-linux-gnu-gcc", ["-c", ...sizes, boot, "-o", "rom.o"], { cwd });
      await mustSucceed("i686-linux-gnu-objcopy", ["-O", "binary", "-j", ".text", "rom.o", "rom.bin"], { cwd });
      await mustSucceed("verilator", [...flags, "cpu.v", bench], { cwd, env: { OBJCACHE: "ccache" } });
    },
  });
  return { executable: join(folder, "model/bare"), rom: join(folder, "rom.bin") };
}
