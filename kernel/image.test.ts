// The boot header and the kernel image: what the build fills in, and which files it refuses.

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { bootHeader, bootHeaderBytes, bootHeaderInC, bootHeaderOffset } from "./boot-header.ts";
import { readElf } from "./elf.ts";
import { fillInSum, imageSum, kernelImage } from "./image.ts";

const test = suite("kernel image");

const FILE_HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;

interface Segment {
  readonly address: number;
  readonly words: readonly number[];
}

/** An ELF file with these segments and nothing else. */
function elfOf(segments: readonly Segment[]): Buffer {
  const head = Buffer.alloc(FILE_HEADER_BYTES + PROGRAM_HEADER_BYTES * segments.length);
  head.writeUInt32BE(0x7f454c46, 0);
  head.set([1, 1, 1], 4);
  head.writeUInt16LE(3, 18);
  head.writeUInt32LE(bootHeader.address + bootHeaderBytes, 24);
  head.writeUInt32LE(FILE_HEADER_BYTES, 28);
  head.writeUInt16LE(PROGRAM_HEADER_BYTES, 42);
  head.writeUInt16LE(segments.length, 44);
  let offset = head.length;
  const contents = segments.map(({ address, words }, index) => {
    const bytes = Buffer.from(Uint32Array.from(words).buffer);
    const fields = [1, offset, address, address, bytes.length, bytes.length, 4, 4];
    for (const [at, value] of fields.entries()) {
      head.writeUInt32LE(value, FILE_HEADER_BYTES + PROGRAM_HEADER_BYTES * index + 4 * at);
    }
    offset += bytes.length;
    return bytes;
  });
  return Buffer.concat([head, ...contents]);
}

const start = bootHeader.address;
const headerWords = (bytes: number): number[] => [bootHeader.magic, start + bootHeaderBytes, start, start + bytes, 0];

test("the sum is that of the words behind the header, in 32 bits", () => {
  const elf = elfOf([
    { address: start, words: [...headerWords(32), 0xffff_ffff] },
    { address: start + 24, words: [3, 5] },
  ]);
  const image = fillInSum(elf, "kernel.elf");
  assert.is(imageSum(image.bytes), 7);
  assert.is(Buffer.from(image.bytes).readUInt32LE(bootHeaderOffset("sum")), 7);
  assert.equal(kernelImage(elf, "kernel.elf"), image, "the file holds what is loaded");
  assert.is(image.bytes.length, 32);
});

test("a hole between segments is refused", () => {
  const elf = elfOf([
    { address: start, words: [...headerWords(32), 1] },
    { address: start + 28, words: [2] },
  ]);
  assert.throws(() => fillInSum(elf, "kernel.elf"), (error: Error) =>
    error.message === "kernel.elf: a segment starts at 0000101Ch, must follow the one before, at 00001018h: " +
      "RAM between them would be summed but never loaded");
});

test("a header that ends the image elsewhere is refused", () => {
  const elf = elfOf([{ address: start, words: [...headerWords(36), 1] }]);
  assert.throws(() => fillInSum(elf, "kernel.elf"), (error: Error) =>
    error.message === "kernel.elf: its boot header ends the image at 00001024h, its segments at 00001018h");
});

test("a file without segments is refused", () => {
  assert.throws(() => fillInSum(elfOf([]), "kernel.elf"), (error: Error) =>
    error.message === "kernel.elf: its boot header ends the image at 00000000h, its segments at 00001000h");
});

const good = elfOf([{ address: start, words: [...headerWords(24), 1] }]);
const changed = (at: number, value: number): Buffer => {
  const file = Buffer.from(good);
  file[at] = value;
  return file;
};
const unreadable: readonly (readonly [claim: string, file: Buffer, message: string])[] = [
  ["an empty file", Buffer.alloc(0), "it is not an ELF file"],
  ["a text", Buffer.from("x".repeat(100)), "it is not an ELF file"],
  ["a 64-bit file", changed(4, 2), "it is an ELF file, but not for a 32-bit x86"],
  ["a big-endian file", changed(5, 2), "it is an ELF file, but not for a 32-bit x86"],
  ["a file for another processor", changed(18, 8), "it is an ELF file, but not for a 32-bit x86"],
  ["a file that ends in its tables", good.subarray(0, 60), "it is cut off: its tables lie behind its 60 bytes"],
  ["a file that ends in a segment", good.subarray(0, good.length - 4), "it is cut off: 104 bytes, 108 needed"],
];
for (const [name, file, message] of unreadable) {
  test(`${name} is refused`, () => {
    assert.throws(() => readElf(file, "it"), (error: Error) => {
      assert.is(error.message, message);
      return true;
    });
  });
}

test("the C header has the same fields in the same order", () => {
  const fields = [...bootHeaderInC().matchAll(/^ {2}uint32_t (\w+);/gm)].map((match) => match[1]);
  assert.equal(fields, ["magic", "entry", "start", "end", "sum"]);
  assert.is(Buffer.from(Uint32Array.of(bootHeader.magic).buffer).toString(), "ATOM");
});

test.run();
