// What tsc must refuse. Each file of the folder holds one mistake; its first line is the rule, and a comment above the
// line of the mistake says why tsc refuses it.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "system", "must-not-compile");

/** `line: reason` for each error the comments of a file announce. */
function announced(file: string): string[] {
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  return lines.flatMap((line, index) => {
    const reason = /^ *\/\/ refused: (?<reason>.+)$/u.exec(line)?.groups?.["reason"];
    return reason === undefined ? [] : [`${index + 2}: ${reason}`];
  });
}

/** The same of what tsc says; of a refusal by given.ts, its reason. */
function reported(): ReadonlyMap<string, string[]> {
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const { stdout } = spawnSync(tsc, ["--noEmit", "--pretty", "false", "-p", folder], { cwd: root, encoding: "utf8" });
  const found = new Map<string, string[]>();
  const pattern = /^system\/must-not-compile\/(?<file>.+?)\((?<line>\d+),\d+\): error TS\d+: (?<message>.+)$/gmu;
  for (const { groups } of stdout.matchAll(pattern)) {
    const { file = "", line = "", message = "" } = groups ?? {};
    const reason = /Refused<"(?<reason>(?:[^"\\]|\\.)*)">/u.exec(message)?.groups?.["reason"]?.replaceAll('\\"', '"');
    found.set(file, [...(found.get(file) ?? []), `${line}: ${reason ?? message}`]);
  }
  return found;
}

const test = suite("types of descriptions");
const errors = reported();

for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
  const [claim] = readFileSync(join(folder, file), "utf8").split("\n");
  test(`${claim?.replace("// ", "") ?? ""} (${file})`, () => {
    const expected = announced(file);
    assert.ok(expected.length > 0, "the file announces an error");
    // Types can be long: an announcement that ends with an ellipsis is the beginning.
    const cut = (error: string, index: number): string =>
      expected[index]?.endsWith("…") === true ? `${error.slice(0, expected[index].length - 1)}…` : error;
    assert.equal((errors.get(file) ?? []).map(cut), expected);
  });
}

test.run();
