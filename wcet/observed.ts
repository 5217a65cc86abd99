// What runs have shown of each operation, kept beside the build for `atomicos wcet` to print: one file for each
// program.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { ElfFile } from "../kernel/elf.ts";
import type { Observation, Observations } from "./audit.ts";

/** Of what is loaded: where it was built and what its debugging information says makes no other program. */
function fileOf(elf: ElfFile, folder: string): string {
  const hash = createHash("sha256");
  for (const { virtualAddress, bytes } of elf.segments) hash.update(`${virtualAddress} ${bytes.length} `).update(bytes);
  return join(folder, `${hash.digest("hex").slice(0, 20)}.json`);
}

export function readObserved(elf: ElfFile, folder: string): Map<string, Observation> {
  const file = fileOf(elf, folder);
  if (!existsSync(file)) return new Map();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written below
  return new Map(JSON.parse(readFileSync(file, "utf8")) as [string, Observation][]);
}

/** Adds a run's observations to those of the runs before. */
export function addObserved(elf: ElfFile, folder: string, observations: Observations): void {
  mkdirSync(folder, { recursive: true });
  const all = readObserved(elf, folder);
  for (const [name, { times, cycles_max, unfinished }] of observations) {
    const before = all.get(name) ?? { times: 0, cycles_max: 0, unfinished: 0 };
    all.set(name, {
      times: before.times + times,
      cycles_max: Math.max(before.cycles_max, cycles_max),
      unfinished: before.unfinished + unfinished,
    });
  }
  const file = fileOf(elf, folder),
    partial = `${file}.${process.pid}`;
  writeFileSync(partial, JSON.stringify([...all]));
  renameSync(partial, file);
}
