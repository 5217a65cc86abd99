import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { basename, join } from "node:path";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { cached, filesBelow, type Step } from "./cache.ts";
import { fromRoot } from "./paths.ts";

const test = suite("build cache");

async function newFolder(): Promise<string> {
  await mkdir(fromRoot("build", "tests"), { recursive: true });
  return mkdtemp(fromRoot("build", "tests", "cache-"));
}

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3600e3);

// A step that counts how often it is really made.
function counting(inputs: Omit<Step, "name" | "make">): { step: Step; made: () => number } {
  let count = 0;
  const make = async (folder: string): Promise<void> => {
    count++;
    writeFileSync(join(folder, "result"), `made ${count}`);
  };
  return { step: { name: "step", ...inputs, make }, made: () => count };
}

test("the same inputs are made once", async () => {
  const cache = await newFolder();
  const { step, made } = counting({ facts: { flags: "-O2" } });
  const first = await cached(step, cache);
  assert.is(await cached(step, cache), first);
  assert.is(made(), 1);
  assert.is(readFileSync(join(first, "result"), "utf8"), "made 1");
});

test("a changed file, a changed fact and another name are each another entry", async () => {
  const cache = await newFolder();
  const file = join(cache, "source");
  const entries = new Set<string>();
  for (const content of ["a", "b"]) {
    for (const flags of ["-O1", "-O2"]) {
      for (const name of ["one", "two"]) {
        writeFileSync(file, content);
        const { step } = counting({ files: [file], facts: { flags } });
        entries.add(await cached({ ...step, name }, cache));
      }
    }
  }
  assert.is(entries.size, 8);
});

test("what moves from one fact into its neighbour is another entry", async () => {
  const cache = await newFolder();
  const one = await cached(counting({ facts: { a: "xy", b: "z" } }).step, cache);
  assert.is.not(await cached(counting({ facts: { a: "x", b: "yz" } }).step, cache), one);
});

test("a failed make leaves nothing behind and is tried again", async () => {
  const cache = await newFolder();
  const { step, made } = counting({});
  const failing: Step = {
    ...step,
    async make(folder) {
      writeFileSync(join(folder, "half"), "");
      throw new Error("interrupted");
    },
  };
  await cached(failing, cache).then(
    () => assert.unreachable(),
    (error: unknown) => assert.match(String(error), "interrupted"),
  );
  assert.equal(readdirSync(cache), []);
  await cached(step, cache);
  assert.is(made(), 1);
});

test("two at once share the work", async () => {
  const cache = await newFolder();
  const { step, made } = counting({});
  const slow: Step = {
    ...step,
    async make(folder) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await step.make(folder);
    },
  };
  const [first, second] = await Promise.all([cached(slow, cache), cached(slow, cache)]);
  assert.is(first, second);
  assert.is(made(), 1);
});

test("the lock of a process that is gone does not block", async () => {
  const name = basename(await cached(counting({}).step, await newFolder()));
  const cache = await newFolder();
  // No process has this number: it is above what Linux hands out.
  writeFileSync(join(cache, `${name}.lock`), "4194999");
  const { step, made } = counting({});
  assert.is(await cached(step, cache), join(cache, name));
  assert.is(made(), 1);
  assert.equal(readdirSync(cache), [name]);
});

test("old entries of a step go, recent ones and other steps' stay", async () => {
  const cache = await newFolder();
  const other = await cached({ ...counting({}).step, name: "step-with-longer-name" }, cache);
  utimesSync(other, hoursAgo(99), hoursAgo(99));
  const entries: string[] = [];
  for (let index = 0; index < 12; index++) {
    const entry = await cached(counting({ facts: { index: String(index) } }).step, cache);
    entries.push(entry);
    utimesSync(entry, hoursAgo(90 - index), hoursAgo(90 - index));
  }
  const newest = await cached(counting({ facts: { index: "newest" } }).step, cache);
  const kept = entries.filter((entry) => existsSync(entry));
  assert.equal(kept, entries.slice(-7));
  assert.ok(existsSync(newest) && existsSync(other));
});

test("what an interrupted build left goes once it is old", async () => {
  const cache = await newFolder();
  const [old, recent] = [join(cache, ".step-old"), join(cache, ".step-recent")];
  await Promise.all([mkdir(old), mkdir(recent)]);
  utimesSync(old, hoursAgo(2), hoursAgo(2));
  await cached(counting({}).step, cache);
  assert.not(existsSync(old));
  assert.ok(existsSync(recent));
});

test("sources are found below folders, in order, and only those wanted", async () => {
  const folder = await newFolder();
  await mkdir(join(folder, "inner"));
  for (const name of ["b.ts", "a.ts", "a.test.ts", "inner/c.ts", "notes.md"]) writeFileSync(join(folder, name), "");
  const found = await filesBelow(folder, (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  assert.equal(found, ["a.ts", "b.ts", "inner/c.ts"].map((name) => join(folder, name)));
});

test.run();
