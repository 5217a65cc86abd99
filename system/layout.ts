// Where everything is in memory: programs behind the kernel's image, as one block; then each task's stack and data, with
// a gap below each stack that is nobody's, and what tasks share. First fit, in the order of the description; a colour
// narrows the choice to pages that lie in its part of the cache.
import { pageBytes } from "./machine.ts";
import type { Program } from "./description.ts";
import type { System, Task } from "./model.ts";
import { SystemError } from "./problem.ts";

/** Of a linked program. */
export interface ImageSizes {
  readonly code: number;
  /** With the image of the data. */
  readonly constants: number;
  /** With what is zero at first. */
  readonly data: number;
}

export interface Image {
  readonly task: Task;
  readonly program: Program;
  readonly sizes: ImageSizes;
}

export interface ImagePlacement {
  readonly code: number;
  readonly constants: number;
  readonly data: number;
}

export interface Extent {
  readonly base: number;
  readonly bytes: number;
}

export interface Placement {
  /** In the order of the images. */
  readonly images: readonly ImagePlacement[];
  /** Bytes of all programs together. */
  readonly programs_bytes: number;
  /** In the order of the system's tasks. */
  readonly stacks: readonly Extent[];
  readonly data: readonly Extent[];
  /** Addresses, in the order of the system's regions. */
  readonly regions: readonly number[];
}

const alignUp = (value: number, alignment: number): number => Math.ceil(value / alignment) * alignment;

/** `programs`: where the block of programs begins. `free`: the first address behind the kernel's own memory. */
export function layOut(system: System, images: readonly Image[], programs: number, free: number): Placement {
  const { regionAlignment: alignment, ram_bytes, colours } = system.machine;
  let next = programs;
  const take = (bytes: number): number => {
    const base = next;
    next += alignUp(bytes, alignment);
    return base;
  };
  const codes = images.map(({ sizes }) => ({ code: take(sizes.code), constants: take(sizes.constants) }));

  const ram = freeMemory(alignUp(free, alignment), ram_bytes, alignment, colours);
  const fixed = system.regions.filter(({ kind, at }) => (kind === "shared" || kind === "lane") && at !== undefined);
  for (const { name, at = 0, bytes } of fixed) {
    if (!ram.takeAt(at, bytes)) {
      const end = alignUp(free, alignment).toString(16).toUpperCase();
      throw new SystemError([{
        path: ["regions", name, "at"], message: "the kernel and the programs are there",
        mend: `use an address from ${end}h on, or leave \`at\` out`,
      }], system.places);
    }
  }
  const place = (path: readonly string[], bytes: number, set: readonly number[] | undefined, gap = 0): number => {
    const base = ram.take(bytes, set, gap);
    if (base === undefined) {
      throw new SystemError([{
        path,
        message: `there is no room for its ${bytes} bytes${set === undefined ? "" : ` in colours ${set.join(", ")}`}`,
        mend: "make something smaller, or give it more colours",
      }], system.places);
    }
    return base;
  };
  const memory = system.tasks.map((task) => {
    const path = ["tasks", task.name];
    const data_bytes = Math.max(0, ...images.filter((image) => image.task === task).map(({ sizes }) => sizes.data));
    const [stack_bytes, bytes] = [alignUp(task.stack_bytes, alignment), alignUp(data_bytes, alignment)];
    const stack = place([...path, "stack"], stack_bytes, task.colours, alignment);
    return {
      stack: { base: stack, bytes: stack_bytes },
      data: { base: bytes === 0 ? stack + stack_bytes : place(path, bytes, task.colours), bytes },
    };
  });
  const regions = system.regions.map(({ name, kind, at, bytes, colours: set }) =>
    at ?? place([kind === "lane" ? "lanes" : "regions", name], alignUp(bytes, alignment), set));
  return {
    images: codes.map((code, index) => {
      const owner = system.tasks.findIndex((task) => task === images[index]?.task);
      return { ...code, data: memory[owner]?.data.base ?? 0 };
    }),
    programs_bytes: next - programs,
    stacks: memory.map(({ stack }) => stack),
    data: memory.map(({ data }) => data),
    regions,
  };
}

interface FreeMemory {
  takeAt(base: number, bytes: number): boolean;
  /** With `gap` bytes below that nobody gets. */
  take(bytes: number, set: readonly number[] | undefined, gap: number): number | undefined;
}

function freeMemory(from: number, end: number, alignment: number, colours: number): FreeMemory {
  let blocks: Extent[] = [{ base: from, bytes: end - from }];
  const cut = (base: number, bytes: number): void => {
    blocks = blocks.flatMap((block) => {
      if (base >= block.base + block.bytes || base + bytes <= block.base) return [block];
      const below = { base: block.base, bytes: base - block.base };
      const above = { base: base + bytes, bytes: block.base + block.bytes - base - bytes };
      return [below, above].filter(({ bytes: left }) => left > 0);
    });
  };
  const fits = (block: Extent, base: number, bytes: number): boolean =>
    base >= block.base && base + bytes <= block.base + block.bytes;
  /** The first page of [base, base + bytes) that has none of the colours. */
  const wrongPage = (base: number, bytes: number, set: readonly number[]): number | undefined => {
    for (let page = Math.floor(base / pageBytes); page * pageBytes < base + bytes; page++) {
      if (!set.includes(page % colours)) return page;
    }
    return undefined;
  };
  return {
    takeAt(base, bytes) {
      const found = blocks.some((block) => fits(block, base, bytes));
      if (found) cut(base, alignUp(bytes, alignment));
      return found;
    },
    take(bytes, set, gap) {
      for (const block of blocks) {
        for (let base = alignUp(block.base, alignment) + gap; fits(block, base, bytes);) {
          const wrong = set === undefined ? undefined : wrongPage(base, bytes, set);
          if (wrong === undefined) {
            cut(base - gap, bytes + gap);
            return base;
          }
          base = Math.max(base + alignment, (wrong + 1) * pageBytes);
        }
      }
      return undefined;
    },
  };
}
