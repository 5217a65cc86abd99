// A difference, readable: the initial state, the code with the instruction that is to blame if there is only one, and
// what differs.
import { Decoder, DecoderOptions, Formatter, FormatterSyntax } from "iced-x86";

import type { Result } from "./campaign.ts";
import { describe, hex } from "./compare.ts";
import { flagLetters } from "./flags.ts";
import { slot } from "./layout.ts";
import { place, type Case } from "./program.ts";
import { describe as descriptor } from "./segmented/descriptors.ts";
import { localSelector, segment_names } from "./segmented/layout.ts";

const names = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
const memory_differences_max = 8;

export function disassemble(bytes: Uint8Array, address: number, bits: 16 | 32 = 32): string {
  const decoder = new Decoder(bits, bytes, DecoderOptions.None);
  const formatter = new Formatter(FormatterSyntax.Nasm);
  decoder.ip = BigInt(address);
  const instruction = decoder.decode();
  const text = formatter.format(instruction);
  instruction.free();
  formatter.free();
  decoder.free();
  return text;
}

export function listing(test: Case): string[] {
  return (place(test)?.codes ?? []).map(({ address, bytes, bits }) => {
    const code = Buffer.from(bytes).toString("hex");
    const mode = test.segments === undefined ? "" : `${bits}  `;
    return `  ${hex(address, 5)}  ${mode}${code.padEnd(22)}  ${disassemble(bytes, address, bits)}`;
  });
}

function places(test: Case): string[] {
  const { segments } = test;
  if (segments === undefined)
    return [`  data at ${hex(test.slot + slot.data, 5)}, stack at ${hex(test.slot + slot.stack, 5)}`];
  const selectors = segment_names.map((name) => `${name} ${hex(segments.selectors[name], 4)}`);
  const descriptors = segments.descriptors.map((one, index) => `  ${hex(localSelector(index), 4)}: ${descriptor(one)}`);
  return [`  ${selectors.join("  ")}`, ...descriptors];
}

export function report({ test, expected, differences }: Result): string {
  const registers = test.registers.map((value, index) => `${names[index] ?? ""} ${hex(value)}`);
  const memory = differences.filter(({ what }) => what.startsWith("memory"));
  const shown = [...differences.filter((one) => !memory.includes(one)), ...memory.slice(0, memory_differences_max)];
  const more = memory.length - memory_differences_max;
  return [
    `${test.name} (seed ${test.seed})`,
    `  ${registers.slice(0, 4).join("  ")}`,
    `  ${registers.slice(4).join("  ")}  flags ${flagLetters(test.eflags) || "none"}`,
    ...places(test),
    ...listing(test),
    `  on the host: ${describe(expected)}`,
    ...shown.map(({ what, expected: wanted, actual }) => `  ${what}: expected ${wanted}, core has ${actual}`),
    ...(more > 0 ? [`  and ${more} more bytes of memory`] : []),
  ].join("\n");
}
