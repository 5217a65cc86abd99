// Random operations in C, as kernels are written: bounded loops over arrays, conditions, calls, several loops in one
// another. The compiler unrolls, merges and moves them as it likes; the flow facts must follow.
import type { Random } from "../cpu/random.ts";
import type { RandomProgram } from "./random-assembly.ts";

const array_words = 16;

interface Writer {
  readonly random: Random;
  readonly functions: number;
  variables: number;
}

export function randomC(random: Random, functions: number): RandomProgram {
  const writer: Writer = { random, functions, variables: 0 };
  const operations = Array.from({ length: functions }, (_, index) => `random_${index}`);
  const bodies = operations.map((name, index) => {
    const qualifier = random.chance(0.5) ? "__attribute__((noinline)) " : "";
    return `${qualifier}uint32_t ${name}(uint32_t kind) {
  uint32_t a = data[${random.below(array_words)}] + kind, b = ${random.below(100)};
${statements(writer, index, 1)}  return a ^ b;
}
OPERATION(${name});
`;
  });
  // A function calls those behind it in the list: they stand in front of it in the file.
  const source = `#include <stdint.h>
#include "flow_facts.h"

extern volatile uint32_t data[${array_words}];
volatile uint32_t data[${array_words}] = {${Array.from({ length: array_words }, () => `${random.word()}u`).join(", ")}};
static uint32_t table[${array_words}];

${operations.map((name) => `uint32_t ${name}(uint32_t kind);\n`).join("")}
static inline uint32_t sum_to(uint32_t n) {
  uint32_t sum = 0;
  BOUNDED_LOOP(8, for (uint32_t i = 0; i < 8 && i < n; i++)) {
    sum += table[i] * 3;
  }
  return sum;
}

${bodies.toReversed().join("\n")}`;
  return { source, operations };
}

const depth_max = 3,
  times_max = 6,
  calls_depth_max = 2;

function statements(writer: Writer, index: number, depth: number): string {
  return Array.from({ length: 1 + writer.random.below(4) }, () => statement(writer, index, depth)).join("");
}

function statement(writer: Writer, index: number, depth: number): string {
  const { random, functions } = writer;
  const pad = "  ".repeat(depth);
  const choice = random.below(9);
  if (choice < 4 && depth <= depth_max) return nested(writer, index, depth, choice);
  if (choice === 4 && index + 1 < functions && depth <= calls_depth_max) {
    return `${pad}a += random_${index + 1 + random.below(functions - index - 1)}(${argument(random)});\n`;
  }
  return choice === 5 ? `${pad}b += sum_to(a % 9);\n` : simple(random, pad);
}

/** A loop, a loop that may end early, one in another, or a condition. */
function nested(writer: Writer, index: number, depth: number, choice: number): string {
  const { random } = writer;
  const pad = "  ".repeat(depth);
  const inner = (): string => statements(writer, index, depth + 1);
  const i = `i${writer.variables++}`;
  const times = 1 + random.below(times_max);
  const loop = (condition: string, body: string): string =>
    `${pad}BOUNDED_LOOP(${times}, for (uint32_t ${i} = 0; ${condition}; ${i}++)) {\n${body}${pad}}\n`;
  switch (choice) {
    case 0:
      return loop(`${i} < ${times}`, `${pad}  table[(a + ${i}) % ${array_words}] += b;\n${inner()}`);
    case 1:
      return loop(`${i} < ${times} && data[${i}] % 3 != 0`, inner());
    case 2:
      return triangle(pad, i, times);
    default: {
      const otherwise = random.chance(0.5) ? ` else {\n${inner()}${pad}}` : "";
      return `${pad}if (${condition(random)}) {\n${inner()}${pad}}${otherwise}\n`;
    }
  }
}

/** What a call says: a constant that the function called may ask for, or anything. */
const kinds = 4;
const argument = (random: Random): string =>
  random.pick([String(random.below(kinds)), String(random.below(kinds)), "kind", "a % 5"]);

const condition = (random: Random): string =>
  random.pick([
    `kind == ${random.below(kinds)}`,
    `kind != ${random.below(kinds)}`,
    `kind < ${1 + random.below(kinds)}`,
    `(int32_t)kind > ${random.below(kinds)}`,
    `(a & ${2 ** random.below(6)}) != 0`,
    `(data[3] & ${2 ** random.below(6)}) != 0`,
  ]);

/** The inner body is entered times (times − 1) / 2 times in all: the product of the bounds says twice as much. */
const triangle = (pad: string, i: string, times: number): string =>
  `${pad}BOUNDED_LOOP(${times}, for (uint32_t ${i} = 0; ${i} < ${times}; ${i}++)) {
${pad}  BOUNDED_LOOP(${times}, for (uint32_t j${i} = 0; j${i} < ${i}; j${i}++)) {
${pad}    a += data[j${i}] ^ b;
${pad}  }
${pad}}
`;

const simple = (random: Random, pad: string): string =>
  `${pad}${random.pick([
    "a = a * 31 + b;",
    "b ^= a >> 5;",
    `data[${random.below(array_words)}] = a;`,
    `b = table[a % ${array_words}];`,
    "a = (a << 3) | (a >> 29);",
    "b -= data[1];",
    `a = b / ${1 + random.below(9)};`,
    "table[b & 7] = (uint8_t)a;",
    "if (a > b) { uint32_t t = a; a = b; b = t; }",
  ])}\n`;
