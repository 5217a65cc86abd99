// What the boot ROM says and does before the kernel runs.

import * as assert from "uvu/assert";

import { bootHeader, type BootHeaderField, bootHeaderOffset } from "../../kernel/boot-header.ts";
import { packageVersion } from "../../kernel/version.ts";
import { type Claim, hexWord, PROMPT } from "./claim.ts";

const HALTED = "System halted.\r\n";

/** The boot ROM's last words, behind its identification and the RAM check. */
function refuses(name: string, damage: (image: Buffer) => void, message: (image: Buffer) => string): Claim {
  return {
    name: `the boot ROM refuses ${name}`,
    system: "console",
    from: "reset",
    damage,
    async holds(line, image) {
      const text = await line.waitFor(HALTED);
      assert.is(text.split("\r\n").slice(3).join("\n"), `${message(image)}\nSystem halted.\n`);
    },
  };
}

const withField = (field: BootHeaderField, value: number) => (image: Buffer): void => {
  image.writeUInt32LE(value, bootHeaderOffset(field));
};

const badEnd = (value: number) => (): string =>
  `Bad kernel image: its end is ${hexWord(value)}h, must be a multiple of 4 from 00001014h to 00040000h`;

const badEntry = (value: number) => (image: Buffer): string =>
  `Bad kernel image: its entry is ${hexWord(value)}h, ` +
  `must be from 00001014h to below ${hexWord(bootHeader.address + image.length)}h`;

const sumOf = (image: Buffer): number => image.readUInt32LE(bootHeaderOffset("sum"));

export const bootClaims: readonly Claim[] = [
  {
    name: "the boot ROM identifies the machine, checks the RAM and starts the kernel",
    system: "console",
    from: "reset",
    async holds(line, image) {
      const text = await line.waitFor(PROMPT);
      const version = packageVersion();
      assert.is(text.replaceAll("\r\n", "\n"), `
AtomicOS boot ROM ${version}: x86 at 25 MHz, 256 KB RAM, 16 KB ROM
RAM check: 256 KB good
Starting the image at 00001000h: ${image.length} bytes, entry 00001014h

AtomicOS kernel ${version}: 5 tasks, a turn among equals is 25000 cycles
atomicos> `);
    },
  },
  refuses("RAM without an image", withField("magic", 0xdeadbeef), () =>
    'No kernel image in RAM: the word at 00001000h is DEADBEEFh, not 4D4F5441h ("ATOM")'),
  refuses("an image for another place", withField("start", 0x2000), () =>
    "Bad kernel image: its start is 00002000h, must be 00001000h"),
  refuses("an image that ends in its header", withField("end", 0x1010), badEnd(0x1010)),
  refuses("an image that ends behind the RAM", withField("end", 0x40004), badEnd(0x40004)),
  refuses("an image that ends within a word", withField("end", 0x2002), badEnd(0x2002)),
  refuses("an image whose entry lies in its header", withField("entry", 0x1010), badEntry(0x1010)),
  refuses("an image whose entry lies behind it", withField("entry", 0x30000), badEntry(0x30000)),
  refuses("an image of which one word changed", (image) => {
    image.writeUInt32LE((image.readUInt32LE(0x100) + 1) >>> 0, 0x100);
  }, (image) =>
    `Damaged kernel image: the sum of its words is ${hexWord(sumOf(image) + 1)}h, ` +
    `its header says ${hexWord(sumOf(image))}h`),
];
