// A program for the core with an MPU: it sets the MPU up, tries one thing after the other in ring 0 or ring 3, and writes
// down what became of it. Each try is a few lines of assembly; what follows it is reached by a page fault, or by `int
// 0x30` (from ring 3) or the next line (in ring 0).
import { writeFile, readFile } from "node:fs/promises";
import { join } from "node:path";

import { cached } from "../../commands/cache.ts";
import { mustSucceed } from "../../commands/process.ts";
import { toolVersion } from "../../commands/tools.ts";
import { mpu } from "../../soc/mpu/registers.ts";
import { ringRights } from "../../soc/mpu/shape.ts";
import { device_first, image_first, mpu_first } from "./guarded-core.ts";

/** Where things are. Each place is a region of its own, or in none. */
export const place = {
  kernel_text: 0x1000, kernel_text_end: 0x4000,
  user_text: 0x4000, user_text_end: 0x5000,
  kernel_data: 0x6000, kernel_data_end: 0xb000,
  /** Ring 3 writes and reads here, and rings 0 to 2 not. */
  own: 0x10000, own_end: 0x10040,
  /** Right behind; everybody reads. */
  read_only: 0x10040, read_only_end: 0x10060,
  user_stack: 0x11000, user_stack_end: 0x11020,
  nowhere: 0x12000,
  /** Rings 0 and 3 write and execute. */
  both: 0x13000, both_end: 0x13020,
  /** Ring 0 reads, but must not write. */
  tables: 0x14000, tables_end: 0x15000,
  mpu: mpu_first,
  device: device_first,
} as const;

const log = 0x7000;
const entry_bytes = 32;
const kernel_stack = 0x9000;
const directory = 0x9000;
const table = 0xa000;
/** Up to the end of RAM. */
const table_entries = 32;

export interface Try {
  readonly name: string;
  readonly ring: 0 | 3;
  readonly text: string;
  /** Before it, in ring 0. */
  readonly first?: string;
  /** In ring 3: where ESP is. */
  readonly esp?: number;
  /** In ring 3: where the code lies; else behind the others. */
  readonly at?: number;
}

/** What became of a try. */
export interface Outcome {
  /** Of the page fault; undefined if there was none. */
  readonly code: number | undefined;
  readonly cr2: number;
  readonly eip: number;
  readonly ecx: number;
  readonly edi: number;
  readonly esp: number;
}

const none = 0xffff_ffff;

const { registers } = mpu;
/** What each ring may do, ring 0's first. */
export const rightsOf = (rings: readonly (keyof typeof ringRights)[], writeExecutes = false): number =>
  rings.reduce((all, name, ring) => all | (ringRights[name] << (2 * ring)), writeExecutes ? 0x100 : 0);

const write = (register: keyof typeof registers, value: number): string =>
  `  mov dword ptr [${mpu_first + registers[register].offset}], ${value}\n`;

/** Puts a region in force. `end`: behind it. */
export const region = (
  number: number, common: boolean, base: number, end: number, rights: number,
): string => [
  write("SELECT", (Number(common) << 7) | number), write("BASE", base), write("LIMIT", end - 1), write("RIGHTS", rights),
].join("");

const setUp = [
  region(0, true, place.kernel_text, place.kernel_text_end, rightsOf(["EXECUTE", "NONE", "NONE", "NONE"])),
  region(1, true, place.kernel_data, place.kernel_data_end, rightsOf(["WRITE", "NONE", "NONE", "NONE"])),
  region(2, true, mpu_first, mpu_first + 0x1000, rightsOf(["WRITE", "NONE", "NONE", "NONE"])),
  region(0, false, place.user_text, place.user_text_end, rightsOf(["NONE", "NONE", "NONE", "EXECUTE"])),
  region(1, false, place.own, place.own_end, rightsOf(["NONE", "NONE", "NONE", "WRITE"])),
  region(2, false, place.read_only, place.read_only_end, rightsOf(["READ", "READ", "READ", "READ"])),
  region(3, false, place.user_stack, place.user_stack_end, rightsOf(["NONE", "NONE", "NONE", "WRITE"])),
  region(4, false, place.both, place.both_end, rightsOf(["WRITE", "NONE", "NONE", "WRITE"], true)),
  region(5, false, place.tables, place.tables_end, rightsOf(["READ", "NONE", "NONE", "NONE"])),
].join("");

/** All of memory, for everybody. */
export const everything = region(11, false, 0, 2 ** 32, rightsOf(["WRITE", "WRITE", "WRITE", "WRITE"], true));

export const control = (value: number): string => write("CONTROL", value);

const userTry = ({ esp = place.user_stack_end, first = "" }: Try, n: number): string => `
  mov dword ptr [resume], offset done_${n}
${first}
  mov eax, 0x2b
  mov ds, ax
  mov es, ax
  push 0x2b
  push ${esp}
  push 2
  push 0x23
  push offset user_${n}
  iretd
done_${n}:`;

const kernelTry = ({ text, first = "" }: Try, n: number): string => `
  mov dword ptr [resume], offset done_${n}
${first}
${text}
  jmp nothing
done_${n}:`;

const gate = (handler: string, level: number): string => `.word ${handler}, 8, ${0x8e00 | (level << 13)}, 0`;

const org = (address: number): string => `  .org ${address - image_first}`;

function source(tries: readonly Try[], before: string): string {
  const userCode = tries.flatMap((one, n) => (one.ring === 3 && one.at === undefined
    ? [`user_${n}:\n${one.text}\n  int 0x30`] : []));
  const placed = tries.flatMap((one, n) => (one.ring === 3 && one.at !== undefined
    ? [{ at: one.at, text: `${org(one.at)}\nuser_${n}:\n${one.text}\n  int 0x30` }] : []))
    .toSorted((a, b) => a.at - b.at);
  return `
  .intel_syntax noprefix
  .text
  .globl begin
  .code16
begin:
  cli
  lgdt cs:[gdt_register]
  mov eax, cr0
  or al, 1
  mov cr0, eax
  .byte 0x66, 0xea
  .long in_protected_mode
  .word 8
  .code32
in_protected_mode:
  mov eax, 0x10
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov esp, ${kernel_stack}
  lidt [idt_register]
  mov eax, 0x18
  ltr ax
1:
  test dword ptr [${mpu_first + registers.STATE.offset}], 1
  jz 1b
${setUp}${before}
tries_begin:
${tries.map((one, n) => (one.ring === 3 ? userTry(one, n) : kernelTry(one, n))).join("\n")}
tries_end:
  mov eax, [log_next]
  mov dword ptr [eax], 0xdead
  hlt

# What becomes of a try is written down, and the next one begun.
page_fault:
  push eax
  push ebx
  mov ebx, [log_next]
  mov eax, [esp + 8]
  mov [ebx], eax
  mov eax, cr2
  mov [ebx + 4], eax
  mov eax, [esp + 12]
  mov [ebx + 8], eax
  mov [ebx + 12], ecx
  mov [ebx + 16], edi
  mov eax, [esp + 24]
  mov [ebx + 20], eax
goes_on:
  add dword ptr [log_next], ${entry_bytes}
  mov esp, ${kernel_stack}
  mov eax, 0x10
  mov ds, ax
  mov es, ax
  jmp dword ptr [resume]
nothing:
user_done:
  mov ebx, [log_next]
  mov dword ptr [ebx], ${none}
  mov [ebx + 12], ecx
  mov [ebx + 16], edi
  jmp goes_on
stops:
  hlt

${org(place.user_text)}
${userCode.join("\n")}
${placed.map(({ text }) => text).join("\n")}
${org(place.kernel_data)}
log_next: .long ${log}
resume: .long 0
  .balign 8
gdt:
  .quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
  .word 103, tss
  .long 0x00008900
  .quad 0x00cffb000000ffff, 0x00cff3000000ffff
gdt_end:
gdt_register:
  .word gdt_end - gdt - 1
  .long gdt
idt_register:
  .word 8 * 0x31 - 1
  .long idt
  .balign 4
tss: .long 0, ${kernel_stack}, 0x10
  .fill 23, 4, 0
  .balign 8
idt:
  .rept 14
  ${gate("stops", 0)}
  .endr
  ${gate("page_fault", 0)}
  .rept 0x30 - 15
  ${gate("stops", 0)}
  .endr
  ${gate("user_done", 3)}
${org(place.both)}
  int 0x30
${org(place.tables)}
  .long ${place.own | 7}, ${place.own | 0x27}
`;
}

/** The program, and where its tries begin and end. */
export async function assemble(tries: readonly Try[], before: string): Promise<Uint8Array> {
  const text = source(tries, before);
  const folder = await cached({
    name: "mpu-program",
    facts: { text, compiler: await toolVersion("i686-linux-gnu-gcc") },
    make: async (cwd) => {
      await writeFile(join(cwd, "program.S"), text);
      await mustSucceed("i686-linux-gnu-gcc", ["-c", "program.S", "-o", "program.o"], { cwd });
      const link = ["-m", "elf_i386", "-Ttext", `0x${image_first.toString(16)}`, "--oformat", "binary", "-e", "begin"];
      await mustSucceed("i686-linux-gnu-ld", [...link, "program.o", "-o", "program.bin"], { cwd });
    },
  });
  return readFile(join(folder, "program.bin"));
}

/** What is written down about each try. */
export function outcomes(ram: DataView, count: number): readonly Outcome[] {
  const word = (n: number, at: number): number => ram.getUint32(log + n * entry_bytes + at, true);
  if (word(count, 0) !== 0xdead) throw new Error("the program did not come to its end");
  return Array.from({ length: count }, (_, n) => {
    const code = word(n, 0);
    return {
      code: code === none ? undefined : code,
      cr2: word(n, 4), eip: word(n, 8), ecx: word(n, 12), edi: word(n, 16), esp: word(n, 20),
    };
  });
}

/** Lines that turn paging on: the first megabytes are where they are; 4 MB on by the table that is nowhere. */
export const pagingOn = `
  mov dword ptr [${directory}], ${table | 0x67}
  mov dword ptr [${directory + 4}], ${place.nowhere | 7}
  mov dword ptr [${directory + 8}], ${place.tables | 7}
  mov dword ptr [${directory + 4 * (mpu_first >>> 22)}], ${((mpu_first & 0xffc00000) | 0xe7) >>> 0}
  mov eax, 0x10
  mov cr4, eax
  xor ecx, ecx
1:
  mov eax, ecx
  shl eax, 12
  or eax, 0x67
  mov [ecx * 4 + ${table}], eax
  inc ecx
  cmp ecx, ${table_entries}
  jne 1b
  mov eax, ${directory}
  mov cr3, eax
  mov eax, cr0
  or eax, 0x80000000
  mov cr0, eax
`;
