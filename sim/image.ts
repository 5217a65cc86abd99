// An ELF file as what belongs where in the machine's RAM: what the back door writes, as the board's loader does over the
// serial line.

import { readElf } from "../kernel/elf.ts";

export type Image = readonly { readonly address: number; readonly bytes: Uint8Array }[];

// The file is no image for this machine; the message says what does not fit where.
export class ImageError extends Error {}

export function parseImage(file: Uint8Array, name: string, ram: { readonly base: number; readonly size: number }): Image {
  const { segments } = readImage(file, name);
  for (const [index, { address, memoryBytes }] of segments.entries()) {
    if (address >= ram.base && address + memoryBytes <= ram.base + ram.size) continue;
    throw new ImageError(
      `${name} does not fit: its segment ${index} takes ${range(address, memoryBytes)}, ` +
        `the RAM is ${range(ram.base, ram.size)}`,
    );
  }
  return segments;
}

function readImage(file: Uint8Array, name: string): ReturnType<typeof readElf> {
  try {
    return readElf(file, name);
  } catch (error) {
    throw new ImageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

const hex = (value: number): string => `${value.toString(16).toUpperCase().padStart(8, "0")}h`;
const range = (address: number, count: number): string => `${hex(address)} to ${hex(address + count - 1)}`;
