// docs/system-calls.md: the reference of system calls, from their table.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { refusals, type SystemCall, systemCalls } from "./system-calls.ts";

export const SYSTEM_CALLS_PAGE = fileURLToPath(new URL("../docs/system-calls.md", import.meta.url));

const registers = ["EBX", "ESI", "EDI", "EBP"];

const list = (names: readonly string[]): string =>
  names.length === 0 ? "–" : names.map((name, index) => `\`${name}\` (${registers[index] ?? "?"})`).join(", ");

const needs = ({ object, rights }: SystemCall): string => {
  if (object === "none") return "nothing";
  const kind = object === "any" ? "any capability" : object;
  return rights.length === 0 ? kind : `${kind}: ${rights.join(", ")}`;
};

const section = (call: SystemCall): string[] => [
  `### ${call.number} \`${call.name}\``,
  "",
  call.doc,
  "",
  "| | |",
  "| --- | --- |",
  `| needs in the slot | ${needs(call)} |`,
  `| takes | ${list(call.arguments)} |`,
  `| gives | ${list(call.results)} |`,
  `| changes capabilities | ${call.capabilities} |`,
  `| whose budget | ${call.budget} |`,
  "",
];

export function systemCallsPage(): string {
  return [
    "<!-- Generated from kernel/system-calls.ts by npx tsx kernel/system-calls-page.ts: change it there. -->",
    "# System calls",
    "",
    "A call is made by SYSENTER, or by INT 80h to the same effect. EAX has the call's number in its low byte and above it the",
    "slot of the capability; EBX, ESI, EDI and EBP have up to four words, ECX the stack pointer and EDX the address to come",
    "back to. EAX then has the result, negative if the call was refused; the words are in the same registers; ECX and EDX",
    "are lost, the flags are not kept. `kernel/include/system_call.h` does this in C; each call as a C function is in",
    "`system_call_stubs.h`, generated like this page.",
    "",
    "## Calls",
    "",
    ...systemCalls.flatMap(section),
    "## Refusals",
    "",
    "| result | name | meaning |",
    "| --- | --- | --- |",
    ...Object.entries(refusals).map(([name, doc], index) => `| −${index + 1} | \`REFUSED_${name}\` | ${doc} |`),
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(SYSTEM_CALLS_PAGE, systemCallsPage());
