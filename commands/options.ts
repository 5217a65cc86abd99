// Command lines against their declaration: each command lists its options once, and from that list come the parsed
// values' types, the help text and the messages for what is not in it.

import { parseArgs } from "node:util";

import { usageFailure } from "./failure.ts";
import { nearest } from "./nearest.ts";

export interface Option {
  readonly value?: string; // how the help names the option's value; without it the option is a switch
  readonly text: string;
}

export type OptionTable = Readonly<Record<string, Option>>;

export type Values<T extends OptionTable> = {
  readonly [Name in keyof T]: T[Name] extends { readonly value: string } ? string | undefined : boolean;
};

export interface Arguments<T extends OptionTable> {
  readonly options: Values<T>;
  readonly names: readonly string[]; // what is left without a dash
}

export const HELP: OptionTable = { help: { text: "show this text" } };

export function parseArguments<T extends OptionTable>(
  command: string,
  table: T,
  argv: readonly string[],
): Arguments<T> & { readonly help: boolean } {
  const all: OptionTable = { ...table, ...HELP };
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(all).map(([name, option]) => [
        name,
        { type: option.value === undefined ? ("boolean" as const) : ("string" as const) },
      ]),
    ),
  });

  const values: Record<string, string | boolean | undefined> = {};
  for (const [name, option] of Object.entries(all)) values[name] = option.value === undefined ? false : undefined;
  const names: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") names.push(token.value);
    if (token.kind !== "option") continue;
    const name = token.rawName === "-h" ? "help" : token.name;
    const option = all[name];
    if (option === undefined || !(token.rawName.startsWith("--") || token.rawName === "-h")) {
      const guess = nearest(token.name, Object.keys(all));
      throw usageFailure(
        `${command} has no option ${token.rawName}`,
        guess === undefined ? `see: atomicos ${command} --help` : `did you mean --${guess}?`,
      );
    }
    if (option.value === undefined) {
      if (token.value !== undefined) {
        throw usageFailure(`option --${name} takes no value`, `write it without =${token.value}`);
      }
      values[name] = true;
    } else {
      // `--script --trace x` forgot a file; a lone dash is a value (standard input).
      const taken = token.value ?? "";
      if (taken === "" || (token.inlineValue === false && taken.startsWith("-") && taken !== "-")) {
        throw usageFailure(`option --${name} needs a value`, `write: --${name} ${option.value}`);
      }
      values[name] = taken;
    }
  }
  if (!matches(values, table)) throw new Error("an option was parsed as something it is not declared as");
  return { options: values, names, help: values["help"] === true };
}

function matches<T extends OptionTable>(
  values: Record<string, string | boolean | undefined>,
  table: T,
): values is Record<string, string | boolean | undefined> & Values<T> {
  return Object.entries(table).every(
    ([name, option]) => (typeof values[name] === "boolean") === (option.value === undefined),
  );
}

// A number of cycles, seconds and the like: 250000, 250_000, 250k, 20M, 1e6.
export function parseCount(option: string, text: string): number {
  const match = /^(\d[\d_]*(?:\.\d+)?(?:e\d+)?)([kMG]?)$/.exec(text);
  const unit = { "": 1, k: 1e3, M: 1e6, G: 1e9 }[match?.[2] ?? ""] ?? Number.NaN;
  const count = Number(match?.[1]?.replaceAll("_", "")) * unit;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw usageFailure(`option --${option} cannot be "${text}"`, "give a whole number above zero, such as 250000 or 20M");
  }
  return count;
}

export function optionHelp(table: OptionTable): string {
  const rows = Object.entries({ ...table, ...HELP }).map(([name, option]) => ({
    left: `--${name}${option.value === undefined ? "" : ` ${option.value}`}`,
    text: option.text,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  const indent = " ".repeat(width + 2);
  return rows.map(({ left, text }) => `  ${left.padEnd(width)}${text.replaceAll("\n", `\n${indent}`)}\n`).join("");
}
