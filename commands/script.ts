// A script for the console, named on the command line; "-" is standard input.

import { text } from "node:stream/consumers";

import { parseScript, ScriptError, scriptTypist } from "../console/script.ts";
import type { Typist } from "../console/typist.ts";
import { usageFailure } from "./failure.ts";
import { readInput } from "./input.ts";

export async function readScript(path: string): Promise<Typist> {
  const name = path === "-" ? "standard input" : path;
  const source = path === "-" ? await text(process.stdin) : (await readInput("script", path)).toString();
  try {
    return scriptTypist(name, parseScript(source));
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw usageFailure(`${name}:${error.line}: ${error.message}`, "the form is in: atomicos run --help");
  }
}
