// The README: what it shows is what one sees, and where it points there is something. Run by itself with --update, this
// file puts what one sees into it.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";

const test = suite("README.md");
const readme = readFileSync(fromRoot("README.md"), "utf8");

test("the session that it shows is what the machine answers", () => {
  const session = /```\n(AtomicOS boot ROM[^]*?)```/.exec(readme)?.[1] ?? "";
  const script = 'wait "atomicos> "\nsend help\nwait "atomicos> "\n';
  const { stdout, stderr, status } = spawnSync(fromRoot("atomicos"), ["run", "--script", "-"], { input: script, encoding: "utf8" });
  assert.is(status, 0, stderr);
  const seen = stdout.replaceAll("\r", "").trim();
  if (process.argv.includes("--update")) writeFileSync(fromRoot("README.md"), readme.replace(session.trim(), () => seen));
  else assert.is(seen, session.trim());
});

test("every command that it names has a help text", () => {
  const commands = new Set([...readme.matchAll(/\.\/atomicos ([a-z]+)/g)].map((match) => match[1] ?? ""));
  assert.ok(commands.size >= 5);
  for (const command of commands) {
    const { status, stdout } = spawnSync(fromRoot("atomicos"), [command, "--help"], { encoding: "utf8" });
    assert.is(status, 0, command);
    assert.match(stdout, `usage: atomicos ${command}`);
  }
});

test("every file that it points to is there", () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? "");
  assert.ok(links.length >= 4);
  for (const link of links) assert.ok(existsSync(fromRoot(link)), link);
});

test.run();
