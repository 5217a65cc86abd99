// What tsc must refuse. Each file of the folder holds one mistake; the comment above the line says what tsc says of it.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "hdl-gen", "must-not-compile");

/** `line: TS2322: …` for each error the comments of a file announce. */
function announced(file: string): string[] {
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  return lines.flatMap((line, i) => {
    const message = /^ *\/\/ (TS\d+: .+)$/.exec(line)?.[1];
    const next = lines.findIndex((other, n) => n > i && !/^ *\/\/ TS/.test(other));
    return message === undefined ? [] : [`${next + 1}: ${message}`];
  });
}

function reported(): ReadonlyMap<string, string[]> {
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const { stdout } = spawnSync(tsc, ["--noEmit", "--pretty", "false", "-p", folder], { cwd: root, encoding: "utf8" });
  const found = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const [, file, at, message] = /^hdl-gen\/must-not-compile\/(.+?)\((\d+),\d+\): error (TS\d+: .+)$/.exec(line) ?? [];
    if (file !== undefined) found.set(file, [...(found.get(file) ?? []), `${at}: ${message}`]);
  }
  return found;
}

const test = suite("types");
const errors = reported();

for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
  const [claim] = readFileSync(join(folder, file), "utf8").split("\n");
  test(`${claim?.replace("// ", "")} (${file})`, () => {
    const expected = announced(file);
    assert.ok(expected.length > 0, "the file announces an error");
    assert.equal(errors.get(file) ?? [], expected);
  });
}

test.run();
