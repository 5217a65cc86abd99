// Pieces of code → bytes, each as it is at its own offset; all of a group's with one run of the assembler.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { fromRoot } from "../../commands/paths.ts";
import { mustSucceed } from "../../commands/process.ts";
import { readElf } from "../../kernel/elf.ts";
import { compiler } from "../../kernel/toolchain.ts";

export interface Piece {
  readonly code: string;
  readonly bits: 16 | 32;
  /** What its first byte's offset in the code segment is */
  readonly at: number;
}

/** This process' own, while it lasts: the tests and a campaign may run at once. */
export const folder = fromRoot("build", "tests", "system", `${process.pid}`);
process.once("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});

const key = ({ code, bits, at }: Piece): string => `${bits} ${at} ${code}`;

/** Looks a piece's bytes up. */
export async function assemble(name: string, pieces: Iterable<Piece>): Promise<(piece: Piece) => readonly number[]> {
  const wanted = new Map<string, Piece>();
  for (const piece of pieces) wanted.set(key(piece), piece);
  mkdirSync(folder, { recursive: true });
  const list = [...wanted];
  const path = (extension: string): string => join(folder, `${name}.${extension}`);
  const source = list.map(([, { code, bits }], index) => `.section .p${index}, "ax"\n.code${bits}\n${code}\n`);
  const sections = list.map(([, { at }], index) => `.p${index} ${at} : { *(.p${index}) }\n`);
  writeFileSync(path("s"), source.join(""));
  writeFileSync(path("ld"), `SECTIONS {\n${sections.join("")}/DISCARD/ : { *(*) }\n}\n`);
  await mustSucceed(compiler, ["-m32", "-c", path("s"), "-o", path("o")]);
  await mustSucceed(compiler, [
    "-m32",
    "-nostdlib",
    "-static",
    "-no-pie",
    "-Wl,--build-id=none",
    "-Wl,--no-check-sections",
    "-Wl,-e,0",
    "-Wl,--no-warn-rwx-segments",
    "-Wl,-T",
    path("ld"),
    "-o",
    path("elf"),
    path("o"),
  ]);
  const bytes = new Map<string, readonly number[]>();
  const isPiece = /^\.p(\d+)$/;
  for (const section of readElf(readFileSync(path("elf")), path("elf")).sections) {
    const [, index] = isPiece.exec(section.name) ?? [];
    const piece = index === undefined ? undefined : list[Number(index)];
    if (piece !== undefined) bytes.set(piece[0], [...section.bytes]);
  }
  return (piece) => bytes.get(key(piece)) ?? [];
}
