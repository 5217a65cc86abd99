// The host processor as an executor: native.c, a 32-bit process.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { cached } from "../../commands/cache.ts";
import { mustSucceed } from "../../commands/process.ts";
import { toolVersion } from "../../commands/tools.ts";
import type { Executor } from "./batch.ts";
import { imageServer } from "./images.ts";
import { defines, table } from "./layout.ts";
import { defines as segmentedDefines } from "./segmented/layout.ts";

const here = dirname(fileURLToPath(import.meta.url));
const options = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-static", "-no-pie", "-fno-pic", "-fno-stack-protector"];

export type HostKind = "flat" | "segmented";

async function hostProgram(kind: HostKind): Promise<{ program: string; facts: readonly string[] }> {
  const entry = kind === "flat" ? ["native.S", "state.h"] : ["segmented/native.S", "segmented/enter.h"];
  const sources = ["native.c", ...entry].map((name) => join(here, name));
  const compiled = sources.filter((name) => !name.endsWith(".h"));
  const numbers = kind === "flat" ? defines() : segmentedDefines();
  const folder = await cached({
    name: `host-processor-${kind}`,
    files: sources,
    facts: { options: [...options, ...numbers].join(" "), compiler: await toolVersion("i686-linux-gnu-gcc") },
    make: async (cwd) => {
      await mustSucceed("i686-linux-gnu-gcc", [...options, ...numbers, ...compiled, "-o", "native"], { cwd });
    },
  });
  const program = join(folder, "native");
  return { program, facts: (await mustSucceed(program, ["--facts"])).trim().split(" ") };
}

/** Whether Linux lets a process have local descriptors here: it may be built without modify_ldt, or forbid it. */
export async function hostHasSegments(): Promise<boolean> {
  const { facts } = await hostProgram("segmented");
  return facts.includes("segments");
}

/** Runs cases in the flat segments of a process, or those with local descriptors. */
export async function hostExecutor(kind: HostKind = "flat"): Promise<Executor> {
  const { program, facts } = await hostProgram(kind);
  const server = imageServer(program, []);
  const result = { first: table.first, bytes: table.end - table.first };
  return {
    name: "host processor",
    low: facts.includes("low"),
    run: async (memory) => (await server.run({ image: memory, first: table.first, result, cycle_limit: 0 })).memory,
    close: server.close,
  };
}
