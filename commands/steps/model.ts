// Verilog → the simulated machine as a shared library.

import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";

import { watched } from "../../sim/architecture.ts";
import { cached, filesBelow } from "../cache.ts";
import { fromRoot } from "../paths.ts";
import { mustSucceed } from "../process.ts";
import { say } from "../say.ts";
import { toolVersion } from "../tools.ts";

export interface ModelSource {
  readonly verilog: string;
  // Hierarchical names of the memories that can be reached from outside, from the top module on: arrays of words.
  readonly ramBanks: readonly string[];
  readonly traced: boolean; // can write waves, checks the design's assertions; runs several times slower
}

// --public-flat-rw for everything would cost more than half of the speed: only the RAM's arrays are reachable.
const VERILATOR_FLAGS = ["--cc", "--savable", "-O3", "--x-assign", "fast", "--x-initial", "fast", "-Wno-fatal"];
const FAST_FLAGS = ["--noassert"];
const TRACED_FLAGS = ["--assert", "--trace-fst", "--trace-structs"];

// Verilator's own $finish, $stop and fatal errors end the process; sim/model/model.cpp has others.
const COMPILER_FLAGS = ["-std=gnu++17", "-fPIC", "-DVL_USER_FINISH", "-DVL_USER_STOP", "-DVL_USER_FATAL"];
const RUNTIME = ["verilated.cpp", "verilated_save.cpp", "verilated_threads.cpp"];
const LIBRARY = "model.so";
const CORE_MODULE = "cpu"; // in every top module that has one; its parts' instances are named after their modules

// The library's path: another one for every other source, as dlopen wants it.
export async function buildModel(source: ModelSource): Promise<string> {
  const driver = await filesBelow(fromRoot("sim", "model"), (name) => /\.(cpp|h)$/.test(name));
  const flags = [...VERILATOR_FLAGS, ...(source.traced ? TRACED_FLAGS : FAST_FLAGS)];
  const entry = await cached({
    name: source.traced ? "traced-model" : "model",
    files: driver,
    facts: {
      verilog: source.verilog,
      access: accessRules(source.ramBanks),
      flags: [...flags, ...COMPILER_FLAGS, ...RUNTIME].join(" "),
      verilator: await toolVersion("verilator"),
      compiler: await toolVersion("g++"),
    },
    async make(folder) {
      say(`building the simulator${source.traced ? " with waves" : ""} (about a minute)`);
      await verilate(folder, source, flags);
      await compile(folder, driver, source.traced);
    },
  });
  return join(entry, LIBRARY);
}

// A hierarchical name's last two parts: an instance and what is in it.
const split = (name: string): string[] => name.split(".").slice(-2);

// Verilator's configuration that keeps the arrays reachable by name: by the module's own array name, in any module.
// The core's registers can be looked at, which costs a few hundredths of the speed.
function accessRules(ramBanks: readonly string[]): string {
  const arrays = new Set(ramBanks.map((bank) => split(bank).at(-1)));
  const registers = watched.map(({ path }) => split(`${CORE_MODULE}.${path}`));
  return [
    "`verilator_config",
    ...[...arrays].map((name) => `public_flat_rw -module "*" -var "${name}"`),
    ...registers.map(([module, name]) => `public_flat_rd -module "${module}" -var "${name}"`),
    "",
  ].join("\n");
}

function topModule([bank]: readonly string[]): string {
  const [top] = bank?.split(".") ?? [];
  if (top === undefined) throw new Error("a machine without RAM banks");
  return top;
}

async function verilate(folder: string, source: ModelSource, flags: readonly string[]): Promise<void> {
  await writeFile(join(folder, "soc.v"), source.verilog);
  await writeFile(join(folder, "access.vlt"), accessRules(source.ramBanks));
  const names = ["--prefix", "Vsoc", "--top-module", topModule(source.ramBanks), "-Mdir", "verilated", "access.vlt", "soc.v"];
  await mustSucceed("verilator", [...flags, ...names], { cwd: folder });
}

// Compiled from inside the folder with relative names, so that ccache knows a file again under another hash.
async function compile(folder: string, driver: readonly string[], traced: boolean): Promise<void> {
  await mkdir(join(folder, "driver"));
  for (const file of driver) await cp(file, join(folder, "driver", basename(file)));
  await mkdir(join(folder, "objects"));

  const include = `${(await mustSucceed("verilator", ["--getenv", "VERILATOR_ROOT"])).trim()}/include`;
  const flags = [...COMPILER_FLAGS, "-Iverilated", "-isystem", include, "-isystem", `${include}/vltstd`];
  const trace = traced ? ["-DSIM_TRACED", "-DVM_TRACE=1", "-DVM_TRACE_FST=1"] : [];
  const runtime = [...RUNTIME, ...(traced ? ["verilated_fst_c.cpp"] : [])].map((name) => `${include}/${name}`);
  const verilated = (await readdir(join(folder, "verilated"))).filter((name) => name.endsWith(".cpp"));
  const sources = [...verilated.map((name) => `verilated/${name}`), ...runtime, "driver/model.cpp"];

  await inParallel(sources, async (source) => {
    // What runs once, at start or reset, is not worth the optimiser's time.
    const level = source.includes("__Slow") || source.includes("__Syms") ? "-O0" : "-O2";
    const object = `objects/${basename(source, ".cpp")}.o`;
    await mustSucceed("ccache", ["g++", level, ...flags, ...trace, "-c", source, "-o", object], { cwd: folder });
  });
  const objects = sources.map((source) => `objects/${basename(source, ".cpp")}.o`);
  const libraries = ["-pthread", ...(traced ? ["-lz"] : [])];
  await mustSucceed("g++", ["-shared", "-Wl,-z,defs", "-o", LIBRARY, ...objects, ...libraries], { cwd: folder });
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), items.length) }, worker));
}
