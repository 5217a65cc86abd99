// Files named on the command line.

import { readFile } from "node:fs/promises";

import { usageFailure } from "./failure.ts";

export async function readInput(option: string, path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const cause = { ENOENT: "there is no such file", EACCES: "it may not be read", EISDIR: "it is a folder" }[reason];
    throw usageFailure(`cannot open ${path}: ${cause ?? reason}`, `give --${option} a file that can be read`);
  });
}
