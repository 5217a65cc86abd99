// The host processor as an executor: native.c, a 32-bit process.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { cached } from "../../commands/cache.ts";
import { mustSucceed } from "../../commands/process.ts";
import { toolVersion } from "../../commands/tools.ts";
import type { Executor } from "./batch.ts";
import { imageServer } from "./images.ts";
import { defines, table } from "./layout.ts";

const here = dirname(fileURLToPath(import.meta.url));
const options = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-static", "-no-pie", "-fno-pic", "-fno-stack-protector"];

export async function hostExecutor(): Promise<Executor> {
  const sources = ["native.c", "native.S"].map((name) => join(here, name));
  const folder = await cached({
    name: "host-processor",
    files: [...sources, join(here, "state.h")],
    facts: { options: [...options, ...defines()].join(" "), compiler: await toolVersion("i686-linux-gnu-gcc") },
    make: async (cwd) => {
      await mustSucceed("i686-linux-gnu-gcc", [...options, ...defines(), ...sources, "-o", "native"], { cwd });
    },
  });
  const program = join(folder, "native");
  const low = (await mustSucceed(program, ["--low"])).trim() === "yes";
  const server = imageServer(program, []);
  const result = { first: table.first, bytes: table.end - table.first };
  return {
    name: "host processor",
    low,
    run: async (memory) => (await server.run({ image: memory, first: table.first, result, cycle_limit: 0 })).memory,
    close: server.close,
  };
}
