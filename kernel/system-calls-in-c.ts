// The table of system calls as the kernel and the tasks see it: numbers for C and the assembler, the kernel's dispatch.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { refusals, type SystemCall, systemCalls } from "./system-calls.ts";

/** Words of `inspect`. */
const pages = ["STATE", "CYCLES", "GENERAL", "INDEX", "PLACE", "CAUSE"];

const HEAD = "/* Generated from kernel/system-calls.ts by the build: change it there. */";

/** What `wait` answers for notifications: no process's number. */
const EVENT_NOTIFIED = 256;

/** Read by C and by the assembler. */
const numbersInC = (): string => [
  HEAD,
  "#ifndef SYSTEM_CALL_NUMBERS_H",
  "#define SYSTEM_CALL_NUMBERS_H",
  "",
  ...systemCalls.map(({ name, number }) => `#define CALL_${name.toUpperCase()} ${number}`),
  `#define CALL_COUNT ${systemCalls.length}`,
  "",
  "/* EAX: the number, above it the slot. */",
  "#define CALL_NUMBER_MASK 0xFF",
  "#define CALL_SLOT_SHIFT 8",
  "",
  "#define RESULT_OK 0",
  `#define EVENT_NOTIFIED ${EVENT_NOTIFIED}`,
  "",
  "/* In place of a process's slot: the caller itself. */",
  "#define SLOT_OF_CALLER 0xFFFF",
  "",
  "/* Why a call was refused. */",
  ...Object.entries(refusals).map(([name, doc], index) => `#define REFUSED_${name} (-${index + 1}) /* ${doc} */`),
  "",
  "/* Pages of inspect. */",
  ...pages.map((name, index) => `#define PAGE_${name} ${index}`),
  "",
  "#ifdef __ASSEMBLER__",
  "        /* Each call is an operation of its own for the analysis of execution times. */",
  "        .macro SYSTEM_CALL_OPERATIONS way, by",
  ...systemCalls.map(({ name, number }) => `        wcet_operation \\way, "${name} by \\by", ${number}`),
  "        .endm",
  "#endif",
  "",
  "#endif",
  "",
].join("\n");

const callsInC = (): string => [
  HEAD,
  "#ifndef SYSTEM_CALLS_H",
  "#define SYSTEM_CALLS_H",
  "",
  "#include <stdint.h>",
  "",
  '#include "system_call_numbers.h"',
  "",
  "/* Each answers whether dispatch() is due. */",
  ...systemCalls.map(({ name }) => `uint32_t call_${name}(void);`),
  "",
  "/* There is no such call. */",
  "uint32_t system_call_unknown(void);",
  "",
  "#endif",
  "",
].join("\n");

const tableInC = (): string => [
  HEAD,
  '#include "system_calls.h"',
  "",
  "extern uint32_t (*const system_call_table[CALL_COUNT])(void);",
  "",
  "uint32_t (*const system_call_table[CALL_COUNT])(void) = {",
  ...systemCalls.map(({ name }) => `    [CALL_${name.toUpperCase()}] = call_${name},`),
  "};",
  "",
].join("\n");

/** For tasks: a function for each call, its slot first. */
function stubInC({ name, object, doc, arguments: given, results }: SystemCall): string {
  const slot = object === "none" ? "0" : "slot";
  const parameters = [
    ...(object === "none" ? [] : ["uint32_t slot"]),
    ...given.map((argument) => `uint32_t ${argument}`),
    ...(results.length > 0 ? [`uint32_t results[4]`] : []),
  ];
  const words = Array.from({ length: 4 }, (_, index) => given[index] ?? "0").join(", ");
  const call = `CALL_${name.toUpperCase()}, ${slot}`;
  const body = results.length === 0
    ? [`  return system_call(${call}, ${words});`]
    : [
        `  uint32_t words[4] = {${words}};`,
        `  int32_t result = system_call_words(${call}, words);`,
        ...results.map((_, index) => `  results[${index}] = words[${index}];`),
        "  return result;",
      ];
  return [
    `/* ${doc} */`,
    `static inline int32_t ask_${name}(${parameters.length === 0 ? "void" : parameters.join(", ")}) {`,
    ...body,
    "}",
    "",
  ].join("\n");
}

const stubsInC = (): string => [
  HEAD,
  "#ifndef SYSTEM_CALL_STUBS_H",
  "#define SYSTEM_CALL_STUBS_H",
  "",
  '#include "system_call.h"',
  "",
  ...systemCalls.map(stubInC),
  "#endif",
  "",
].join("\n");

export interface SystemCallFiles {
  /** Folder of the headers system_call_numbers.h and system_calls.h. */
  readonly include: string;
  /** The kernel's dispatch. */
  readonly table: string;
}

export function writeSystemCalls(folder: string): SystemCallFiles {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "system_call_numbers.h"), numbersInC());
  writeFileSync(join(folder, "system_calls.h"), callsInC());
  writeFileSync(join(folder, "system_call_stubs.h"), stubsInC());
  const table = join(folder, "system_call_table.c");
  writeFileSync(table, tableInC());
  return { include: folder, table };
}
