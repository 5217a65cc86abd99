// The core as an executor: the CPU alone under Verilator, with harness.S in its memory.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { cached } from "../../commands/cache.ts";
import { mustSucceed } from "../../commands/process.ts";
import { toolVersion } from "../../commands/tools.ts";
import type { Bare } from "./bare/build.ts";
import type { Executor } from "./batch.ts";
import { imageServer } from "./images.ts";
import { defines, slot, table, word } from "./layout.ts";
import * as segmented from "./segmented/layout.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** Where the harness is linked; its header is where the boot ROM looks for one. */
const image_first = 0x1000;

/** A case takes a few hundred cycles; one that takes so many has lost its way. */
const cycles_per_case = 4000;
const cycles_to_start = 20_000;

/** An interrupt every few instructions makes it so much slower at most. */
const interrupted_factor = 8;

export type CoreOptions = {
  /** Not 0: interrupts come at random times. */
  interrupt_seed?: number;
  /** The harness: in ring 0 with flat segments, or in ring 3 with local descriptors. */
  kind?: "flat" | "segmented";
};

export async function coreExecutor(
  { executable, rom }: Bare,
  { interrupt_seed = 0, kind = "flat" }: CoreOptions = {},
): Promise<Executor> {
  const harness = await buildHarness(kind);
  const server = imageServer(executable, ["serve", rom]);
  const result = { first: table.first, bytes: table.end - table.first };
  return {
    name: "core",
    low: true,
    run: async (memory) => {
      const image = new Uint8Array(table.end - image_first);
      image.set(harness);
      image.set(memory, table.first - image_first);
      const cycle_limit =
        cycles_to_start + (interrupt_seed === 0 ? 1 : interrupted_factor) * cycles_per_case * countCases(memory, kind);
      return (await server.run({ image, first: image_first, result, cycle_limit, interrupt_seed })).memory;
    },
    close: server.close,
  };
}

export async function buildHarness(kind: "flat" | "segmented" = "flat"): Promise<Uint8Array> {
  const files = kind === "flat" ? ["harness.S", "state.h"] : ["segmented/harness.S", "segmented/enter.h"];
  const [source = ""] = files;
  const numbers = kind === "flat" ? defines() : segmented.defines();
  const folder = await cached({
    name: `cpu-harness-${kind}`,
    files: files.map((name) => join(here, name)),
    facts: { defines: numbers.join(" "), compiler: await toolVersion("i686-linux-gnu-gcc") },
    make: async (cwd) => {
      await mustSucceed("i686-linux-gnu-gcc", ["-c", ...numbers, join(here, source), "-o", "harness.o"], { cwd });
      const link = ["-m", "elf_i386", "-Ttext", `0x${image_first.toString(16)}`, "--oformat", "binary", "-e", "begin"];
      await mustSucceed("i686-linux-gnu-ld", [...link, "harness.o", "-o", "harness.bin"], { cwd });
    },
  });
  const bytes = await readFile(join(folder, "harness.bin"));
  if (image_first + bytes.length > table.first) throw new Error("the harness reaches into the table of cases");
  return bytes;
}

function countCases(memory: Uint8Array, kind: "flat" | "segmented"): number {
  const [bytes, entry] = kind === "flat" ? [slot.bytes, word.entry] : [segmented.slot.bytes, segmented.word.cs];
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  let count = 0;
  for (let at = slot.input + 4 * entry; at < memory.length; at += bytes) if (view.getUint32(at, true) !== 0) count++;
  return count;
}
