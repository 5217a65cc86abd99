// Random operations in assembly, with loops of known counts, calls and jumps that depend on data. With `forks` off,
// each has a single way to go: then the bound must be the measured time exactly.
import type { Random } from "../cpu/random.ts";

/** Straight code. EBX points to data, EDI holds the bits that jumps depend on, ESP the stack; the rest is free. */
const straight = [
  "nop",
  "addl %edx, %eax",
  "addw %dx, %ax",
  "subl $5, %eax",
  "leal 4(%eax,%edx,2), %esi",
  "movl %eax, %ecx",
  "movl (%ebx), %eax",
  "movl %eax, 4(%ebx)",
  "movb %al, 9(%ebx)",
  "addl %eax, 12(%ebx)",
  "incl 16(%ebx)",
  "movl %ebx, %esi",
  "movl %ebx, %esi\n movl 8(%esi), %edx",
  "movl $0x12345678, 20(%ebx)",
  "movzbl 3(%ebx), %eax",
  "movsbl %al, %edx",
  "pushl %eax\n popl %edx",
  "pushl (%ebx)\n popl 24(%ebx)",
  "pushfl\n popfl",
  "pusha\n popa",
  "pushl %ebx\n popl %esi",
  "imull %edx, %eax",
  "mull %edx",
  "xorl %edx, %edx\n orl $3, %ecx\n divl %ecx",
  "cltd",
  "shll $3, %eax",
  "shll %cl, %eax",
  "rcrl $1, %eax",
  "xchgl %eax, %edx",
  "xchgl %eax, 28(%ebx)",
  "bswap %eax",
  "bsfl %edi, %eax",
  "btl $3, %edi",
  "sete %al",
  "lahf",
  "negl %eax",
  "notl 32(%ebx)",
  "testb $1, %al",
  "leave_frame",
  "fs movl (%ebx), %eax",
  "movl %ebx, %esi\n lodsl",
  "inb $0xE8, %al",
  "cmpl %eax, %edx",
  "movl %esp, %esi\n movl -4(%esi), %eax",
  "repeat",
  "indirect",
] as const;

/** The only instructions that may break the rule that a name is an instruction. */
const made = {
  leave_frame: () => "enter $8, $0\n leave",
  repeat: (random: Random) =>
    `leal 64(%ebx), %esi\n pushl %edi\n leal 128(%ebx), %edi\n movl $${random.below(12)}, %ecx\n` +
    ` rep ${random.pick(["movsl", "movsb", "stosl", "lodsb"])}\n popl %edi`,
} as const;

export interface RandomProgram {
  /** To be assembled. */
  readonly source: string;
  readonly operations: readonly string[];
}

interface Writer {
  readonly random: Random;
  readonly forks: boolean;
  readonly functions: number;
  labels: number;
  loops: number;
}

export const data_bytes = 256;

export function randomAssembly(
  random: Random,
  { forks, functions }: { forks: boolean; functions: number },
): RandomProgram {
  const writer: Writer = { random, forks, functions, labels: 0, loops: 0 };
  const operations = Array.from({ length: functions }, (_, index) => `random_${index}`);
  const bodies = operations.map((name, index) => {
    const saved = random.chance(0.5);
    const body = statements(writer, index, 0);
    return `        .globl ${name}
        .type ${name}, @function
${name}:
        wcet_operation WCET_BY_CALL, ${name}
${saved ? "pushl %esi\n" : ""}${body}${saved ? "popl %esi\n" : ""}        ${random.chance(0.2) ? "ret $0" : "ret"}
        .size ${name}, . - ${name}
        .balign ${random.pick([1, 1, 2, 4])}
`;
  });
  const cells = Array.from({ length: writer.loops }, (_, index) => `counter_${index}: .long 0\n`).join("");
  const source = `#include "flow_facts.h"
        .text
${bodies.join("\n")}
        .data
        .globl data
data:   .skip ${data_bytes}
${cells}
        .section .note.GNU-stack, "", @progbits
`;
  return { source, operations };
}

function statements(writer: Writer, index: number, depth: number): string {
  const count = 1 + writer.random.below(5);
  return Array.from({ length: count }, () => statement(writer, index, depth)).join("");
}

const depth_max = 3,
  loop_times_max = 5,
  calls_max = 2;

function statement(writer: Writer, index: number, depth: number): string {
  const { random, forks } = writer;
  const choice = random.below(10);
  if (choice < 2 && depth < depth_max) return loop(writer, index, depth);
  if (choice < 4 && depth < depth_max && forks) return fork(writer, index, depth);
  if (choice === 4 && index + 1 < writer.functions && depth < calls_max) {
    return `call random_${index + 1 + random.below(writer.functions - index - 1)}\n`;
  }
  const name = random.pick(straight);
  if (name === "indirect")
    return `jmp ${label(writer)}f\n.byte ${random.below(3) === 0 ? "0xcc" : "0xcc, 0xcc"}\n${writer.labels}:\n`;
  return `${name === "repeat" || name === "leave_frame" ? made[name](random) : name}\n`;
}

const label = (writer: Writer): number => ++writer.labels;

/** Once more around as long as the counter in memory says; some count up at the loop's head, as a `while` does. */
function loop(writer: Writer, index: number, depth: number): string {
  const { random } = writer;
  const number = writer.loops++,
    times = 1 + random.below(loop_times_max);
  const begin = label(writer),
    end = label(writer);
  const enter = `movl $${times}, counter_${number}\n wcet_mark WCET_KIND_ENTER, ${number}\n`;
  const iter = ` wcet_mark WCET_KIND_ITER, ${number}, ${times}\n`;
  const body = statements(writer, index, depth + 1);
  if (random.chance(0.5)) return `${enter}${begin}:\n${iter}${body} decl counter_${number}\n jnz ${begin}b\n`;
  const head = `${begin}:\n cmpl $0, counter_${number}\n je ${end}f\n`;
  return `${enter}${head}${iter}${body} decl counter_${number}\n jmp ${begin}b\n${end}:\n`;
}

/** One of two ways, by a bit of EDI, which then changes. */
function fork(writer: Writer, index: number, depth: number): string {
  const { random } = writer;
  const other = label(writer),
    end = label(writer);
  const test = `rorl $1, %edi\n xorl $0x2545f491, %edi\n testl $${2 ** random.below(8)}, %edi\n`;
  const jump = random.pick(["jz", "jnz"]);
  if (random.chance(0.5)) return `${test} ${jump} ${end}f\n${statements(writer, index, depth + 1)}${end}:\n`;
  return (
    `${test} ${jump} ${other}f\n${statements(writer, index, depth + 1)} jmp ${end}f\n${other}:\n` +
    `${statements(writer, index, depth + 1)}${end}:\n`
  );
}
