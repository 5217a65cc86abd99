// A kernel image: the loaded bytes of the linked ELF file as the boot ROM checks them.

import { bootHeader, bootHeaderBytes, bootHeaderOffset } from "./boot-header.ts";
import { readElf } from "./elf.ts";

const FIELD_SUM = bootHeaderOffset("sum");

export interface KernelImage {
  readonly address: number;
  readonly entry: number;
  readonly bytes: Uint8Array;
}

/** The segments' bytes as one block of RAM, header first. `name` is for messages. */
export function kernelImage(file: Uint8Array, name: string): KernelImage {
  const { entry, segments } = readElf(file, name);
  const loaded = segments.filter((segment) => segment.bytes.length > 0);
  let end: number = bootHeader.address;
  for (const segment of loaded) {
    if (segment.address !== end) {
      throw new Error(`${name}: a segment starts at ${hex(segment.address)}, must follow the one before, ` +
        `at ${hex(end)}: RAM between them would be summed but never loaded`);
    }
    end += segment.bytes.length;
  }
  const bytes = Buffer.concat(loaded.map((segment) => segment.bytes));
  const declaredEnd = bytes.length < bootHeaderBytes ? 0 : bytes.readUInt32LE(bootHeaderOffset("end"));
  if (declaredEnd !== end || end % 4 !== 0) {
    throw new Error(`${name}: its boot header ends the image at ${hex(declaredEnd)}, its segments at ${hex(end)}`);
  }
  return { address: bootHeader.address, entry, bytes };
}

/** The 32-bit sum of the image's words behind the header. */
export function imageSum(image: Uint8Array): number {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  let sum = 0;
  for (let offset = bootHeaderBytes; offset < image.length; offset += 4) {
    sum = (sum + view.getUint32(offset, true)) >>> 0;
  }
  return sum;
}

/** Writes the sum into the boot header of the ELF file, in place, and returns the image as it will be loaded. */
export function fillInSum(file: Uint8Array, name: string): KernelImage {
  const sum = imageSum(kernelImage(file, name).bytes);
  const header = readElf(file, name).segments[0]?.bytes;
  if (header === undefined) throw new Error(`${name} has nothing to load`);
  new DataView(header.buffer, header.byteOffset).setUint32(FIELD_SUM, sum, true);
  return kernelImage(file, name);
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, "0") + "h";
