// docs/wcet.md shows what the commands print: its example is compiled and analysed here. UPDATE=1 writes the page anew.
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { spawnSync } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { built, caller, inFolder } from "../tests/wcet/image.ts";
import { remedies } from "../wcet/problem.ts";

const test = suite("docs/wcet.md");
const page = fromRoot("docs/wcet.md");
const text = readFileSync(page, "utf8");
const updates = process.env["UPDATE"] === "1";

/** What `atomicos wcet` prints of the page's example, as it stands or changed. */
async function analysed(
  change: (source: string) => string,
): Promise<{ stdout: string; stderr: string; status: number | null }> {
  const source = /```c\n([^]*?)```/.exec(text)?.[1] ?? "";
  return inFolder(async (folder) => {
    const { path } = await built(folder, { "example.c": change(source), "caller.S": caller(["sum_of_positive"]) });
    const { stdout, stderr, status } = spawnSync(fromRoot("atomicos"), ["wcet", path], { encoding: "utf8" });
    const short = (output: string): string => output.replaceAll(`build/tests/${basename(folder)}/`, "").trimEnd();
    return { stdout: short(stdout), stderr: short(stderr), status };
  });
}

/** The page's n-th block of output. */
const block = (n: number): string => [...text.matchAll(/```text\n([^]*?)\n```/g)][n]?.[1] ?? "";

function compareBlocks(blocks: readonly string[]): void {
  if (updates) {
    let n = 0;
    writeFileSync(
      page,
      text
        .replaceAll(/```text\n([^]*?)\n```/g, (all) => `\`\`\`text\n${blocks[n++] ?? all}\n\`\`\``)
        .replace(
          /(\| message \| what mends it \|\n\| --- \| --- \|\n)[^]*?\n\n/,
          (_, head: string) => `${head}${problems}\n\n`,
        ),
    );
    return;
  }
  blocks.forEach((expected, n) => assert.is(block(n), expected));
  assert.ok(text.includes(problems), "the table of messages is not that of wcet/problem.ts");
}

const problems = Object.entries(remedies)
  .map(([kind, remedy]) => `| ${kind} | ${remedy} |`)
  .join("\n");

test("shows the example's bound, its worst path, and the message without its annotation", async () => {
  const [with_bound, without] = await Promise.all([
    analysed((source) => source),
    analysed((source) => source.replace("BOUNDED_LOOP(8, ", "").replace("++)) {", "++) {")),
  ]);
  assert.is(with_bound.status, 0, with_bound.stderr);
  assert.is(without.status, 1);
  compareBlocks([with_bound.stdout, without.stderr]);
});

test("names every annotation of the header", () => {
  const header = readFileSync(fromRoot("kernel/freestanding/flow_facts.h"), "utf8");
  const names = [...header.matchAll(/^#define (BOUNDED_LOOP|FOREVER|[A-Z]+_[A-Z_]+|OPERATION)(?=[( ])/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => !/^WCET_|_NUMBERED$|^FLOW_/.test(name));
  const macros = [...header.matchAll(/\.macro (wcet_\w+)/g)].map(([, name = ""]) => name);
  assert.ok(names.length >= 8 && macros.length >= 4);
  for (const name of [...names, ...macros]) assert.ok(text.includes(`\`${name}`) || text.includes(`${name} `), name);
});

test.run();
