// One benchmark program on the core: the counts of its measured part, if its result is right.
import type { Counts, ImageServer } from "../tests/cpu/images.ts";
import type { Program } from "./programs.ts";

/** The longest program takes a small part of this. */
const cycle_limit = 20_000_000;

export async function runProgram(core: ImageServer, program: Program): Promise<Counts> {
  const { name, image, first, result_address, expected } = program;
  const { halted, memory, marked } = await core.run({
    image,
    first,
    result: { first: result_address, bytes: 4 },
    cycle_limit,
  });
  if (!halted) throw new Error(`benchmark ${name} does not end on the core`);
  const result = new DataView(memory.buffer, memory.byteOffset).getUint32(0, true);
  if (result !== expected) throw new Error(`benchmark ${name} gives ${result} on the core, ${expected} on the host`);
  return marked;
}
