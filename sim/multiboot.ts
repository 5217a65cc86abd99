// Programs for a PC as a multiboot loader would put them into RAM: ELF files, with or without a multiboot header, and
// other files whose multiboot header says where they belong. Multiboot Specification 0.6.96.

import { readElf } from "../kernel/elf.ts";
import { ImageError, type Image } from "./image.ts";

export interface PcProgram {
  readonly image: Image; // zeroes behind the file's bytes included
  readonly entry: number;
}

interface Header {
  readonly offset: number; // in the file
  readonly flags: number;
}

const HEADER_MAGIC = 0x1bad_b002;
const HEADER_BYTES_MAX = 8192; // it begins and ends below
const FLAG_UNKNOWN_REQUIRED = 0xfff8; // of what a loader must do, only alignment, memory and video are defined
const FLAG_VIDEO = 1 << 2;
const FLAG_ADDRESSES = 1 << 16;

const MIB = 2 ** 20;
const CONVENTIONAL_END = 0x9_f000; // the loader's own page lies above
const INFORMATION = CONVENTIONAL_END;
const VGA = 0xa_0000;

export function parsePcProgram(file: Uint8Array, name: string, ramBytes: number): PcProgram {
  const header = findHeader(file);
  if (header !== undefined && (header.flags & (FLAG_UNKNOWN_REQUIRED | FLAG_VIDEO)) !== 0) {
    throw new ImageError(`${name} wants of its loader what this one cannot: multiboot flags ${hex(header.flags)}`);
  }
  const hasAddresses = header !== undefined && (header.flags & FLAG_ADDRESSES) !== 0;
  const program = hasAddresses ? fromAddresses(file, name, header) : fromElf(file, name);
  for (const { address, bytes } of program.image) {
    const end = address + bytes.length;
    const inLow = end <= CONVENTIONAL_END;
    const inHigh = address >= MIB && end <= ramBytes;
    if (!inLow && !inHigh) {
      throw new ImageError(
        `${name} does not fit: it has bytes from ${hex(address)} to ${hex(end - 1)}, free are 00000000h to ` +
          `${hex(CONVENTIONAL_END - 1)} and ${hex(MIB)} to ${hex(ramBytes - 1)}`,
      );
    }
  }
  return program;
}

function findHeader(file: Uint8Array): Header | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let offset = 0; offset + 12 <= Math.min(file.length, HEADER_BYTES_MAX); offset += 4) {
    if (view.getUint32(offset, true) !== HEADER_MAGIC) continue;
    const flags = view.getUint32(offset + 4, true);
    if ((HEADER_MAGIC + flags + view.getUint32(offset + 8, true)) % 2 ** 32 === 0) return { offset, flags };
  }
  return undefined;
}

function fromElf(file: Uint8Array, name: string): PcProgram {
  const elf = (() => {
    try {
      return readElf(file, name);
    } catch (error) {
      throw new ImageError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  })();
  const image = elf.segments
    .filter(({ memoryBytes }) => memoryBytes > 0)
    .map(({ address, bytes, memoryBytes }) => ({ address, bytes: padded(bytes, memoryBytes) }));
  if (image.length === 0) throw new ImageError(`${name} is an ELF file without anything to load`);
  // The entry is a virtual address; the processor begins at the physical one.
  const inside = elf.segments.find(
    ({ virtualAddress, memoryBytes }) => elf.entry >= virtualAddress && elf.entry < virtualAddress + memoryBytes,
  );
  return { image, entry: inside === undefined ? elf.entry : elf.entry - inside.virtualAddress + inside.address };
}

// The header's own addresses: where it lies itself, where loading begins and ends, where zeroes end, where to start.
function fromAddresses(file: Uint8Array, name: string, { offset }: Header): PcProgram {
  if (offset + 32 > file.length) throw new ImageError(`${name} is cut off in its multiboot header`);
  const view = new DataView(file.buffer, file.byteOffset + offset);
  const word = (index: number): number => view.getUint32(4 * index, true);
  const [headerAt, load, loadEnd, zeroEnd, entry] = [word(3), word(4), word(5), word(6), word(7)];
  const start = offset - (headerAt - load);
  const end = loadEnd === 0 ? file.length : start + (loadEnd - load);
  if (start < 0 || end < start || end > file.length) {
    throw new ImageError(`${name} has a multiboot header whose addresses lie outside the file`);
  }
  const bytes = file.subarray(start, end);
  return { image: [{ address: load, bytes: padded(bytes, zeroEnd === 0 ? bytes.length : zeroEnd - load) }], entry };
}

function padded(bytes: Uint8Array, count: number): Uint8Array {
  if (count <= bytes.length) return bytes;
  const all = new Uint8Array(count);
  all.set(bytes);
  return all;
}

// The multiboot information: a memory map, the command line, the loader's name, all in one page.
export function multibootInformation(ramBytes: number, commandLine: string): { address: number; bytes: Uint8Array } {
  const bytes = new Uint8Array(0x1000);
  const view = new DataView(bytes.buffer);
  const word = (offset: number, value: number): void => view.setUint32(offset, value, true);
  const mapOffset = 0x80;
  const memory = [
    { base: 0, end: CONVENTIONAL_END, type: 1 },
    { base: CONVENTIONAL_END, end: VGA, type: 2 },
    { base: MIB, end: ramBytes, type: 1 },
  ];
  memory.forEach(({ base, end, type }, index) => {
    const at = mapOffset + 24 * index;
    for (const [field, value] of [[0, 20], [4, base], [12, end - base], [20, type]] as const) word(at + field, value);
  });
  const nameOffset = mapOffset + 24 * memory.length;
  const commandOffset = nameOffset + 0x20;
  bytes.set(Buffer.from("AtomicOS simulator"), nameOffset);
  const command = Buffer.from(commandLine);
  if (commandOffset + command.length >= bytes.length) throw new ImageError("the command line is too long for its page");
  bytes.set(command, commandOffset);

  const [hasMemory, hasCommandLine, hasMap, hasName] = [1 << 0, 1 << 2, 1 << 6, 1 << 9];
  word(0, hasMemory | hasCommandLine | hasMap | hasName);
  word(4, CONVENTIONAL_END / 1024);
  word(8, (ramBytes - MIB) / 1024);
  word(16, INFORMATION + commandOffset);
  word(44, 24 * memory.length);
  word(48, INFORMATION + mapOffset);
  word(64, INFORMATION + nameOffset);
  return { address: INFORMATION, bytes };
}

const hex = (value: number): string => `${(value >>> 0).toString(16).toUpperCase().padStart(8, "0")}h`;
