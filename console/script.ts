// Console scripts: lines that type and wait, for runs without a person.
//
//   # A comment. Blank lines and indentation say nothing.
//   within 20M            each wait from here on fails after so many clock cycles
//   wait ready>           until the text appears in the output, behind what the wait before it found
//   send help             types the rest of the line, and Enter
//   type "\u0003"         types without Enter
//
// The text is the rest of the line without blanks at its ends; in double quotes it is a JSON string, for blanks,
// quotes and control characters. The script succeeds when its last line is done.

import type { Turn, Typist } from "./typist.ts";

export type ScriptLine = { readonly number: number } & (
  | { readonly kind: "wait"; readonly text: string; readonly cycles_max: number }
  | { readonly kind: "type"; readonly text: string }
);

export class ScriptError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = "ScriptError";
    this.line = line;
  }
}

export const WAIT_CYCLES_MAX_DEFAULT = 50e6; // two seconds of the machine's time
const ENTER = "\r";

export function parseScript(source: string): ScriptLine[] {
  let cycles_max = WAIT_CYCLES_MAX_DEFAULT;
  const lines: ScriptLine[] = [];
  for (const [index, raw] of source.split(/\r?\n/).entries()) {
    const number = index + 1;
    const [, verb = "", rest = ""] = /^(\S*)\s*(.*)$/.exec(raw.trim()) ?? [];
    if (verb === "" || verb.startsWith("#")) continue;
    switch (verb) {
      case "within":
        cycles_max = parseCycles(number, rest);
        break;
      case "wait": {
        const text = parseText(number, rest);
        if (text === "") throw new ScriptError(number, "wait needs a text, such as: wait ready>");
        lines.push({ number, kind: "wait", text, cycles_max });
        break;
      }
      case "send":
        lines.push({ number, kind: "type", text: parseText(number, rest) + ENTER });
        break;
      case "type":
        lines.push({ number, kind: "type", text: parseText(number, rest) });
        break;
      default:
        throw new ScriptError(number, `"${verb}" is not a script word; there are wait, send, type and within`);
    }
  }
  return lines;
}

function parseText(number: number, rest: string): string {
  if (!rest.startsWith('"')) return rest;
  try {
    const text: unknown = JSON.parse(rest);
    if (typeof text === "string") return text;
  } catch {
    // Said below.
  }
  throw new ScriptError(number, `${rest} is not a complete text in double quotes`);
}

function parseCycles(number: number, rest: string): number {
  const [, digits, unit] = /^(\d+)([kMG]?)$/.exec(rest) ?? [];
  const cycles = Number(digits) * ({ k: 1e3, M: 1e6, G: 1e9 }[unit ?? ""] ?? 1);
  if (!Number.isSafeInteger(cycles) || cycles < 1) {
    throw new ScriptError(number, "within needs a number of clock cycles, such as: within 20M");
  }
  return cycles;
}

const OUTPUT_LINES_SHOWN = 12;

// Types and waits as the script says. `name` stands for the script in messages.
export function scriptTypist(name: string, lines: readonly ScriptLine[]): Typist {
  let position = 0;
  let output = ""; // all that was heard
  let searched = 0; // where the next wait looks from
  let waiting_since: number | undefined;

  const failure = (line: ScriptLine, cycles: number): string => {
    const last = output.replaceAll("\r", "").trimEnd().split("\n").slice(-OUTPUT_LINES_SHOWN);
    const shown = output.trim() === "" ? "the machine said nothing" : `the last output lines:\n${last.join("\n")}`;
    return (
      `${name}:${line.number}: waited ${cycles.toLocaleString("en")} cycles for ${JSON.stringify(line.text)}, ` +
      `which did not come; ${shown}`
    );
  };

  return {
    exact: true,
    close() {},
    turn(heard, cycles): Turn {
      output += Buffer.from(heard).toString("latin1");
      let typed = "";
      for (let line = lines[position]; line !== undefined; line = lines[++position]) {
        if (line.kind === "type") {
          typed += line.text;
          continue;
        }
        const found = output.indexOf(line.text, searched);
        if (found < 0) {
          waiting_since ??= cycles;
          const waited = cycles - waiting_since;
          if (waited >= line.cycles_max) return { end: { status: 1, message: failure(line, waited) } };
          break;
        }
        searched = found + line.text.length;
        waiting_since = undefined;
      }
      const type = Buffer.from(typed);
      const line = lines[position];
      if (line?.kind !== "wait") return { type, end: { status: 0 } };
      return { type, wake_cycle: (waiting_since ?? cycles) + line.cycles_max };
    },
  };
}
