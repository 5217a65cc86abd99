import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as hdl from "#hdl-gen";
import { publicEntries, referencePage } from "./reference.ts";

const test = suite("reference");
const entries = publicEntries();

test("every name that exists when the program runs has an entry", () => {
  const names = new Set(entries.map(({ name }) => name));
  assert.equal(Object.keys(hdl).filter((name) => !names.has(name)), []);
});

test("every function, class and constant has a line that says what it is", () => {
  const silent = entries.filter(({ doc, declaration }) => doc === "" && !/^(?:interface|type) /.test(declaration));
  assert.equal(silent.map(({ name, file }) => `${name} (${file})`), []);
});

test("the page is up to date (npx tsx docs/hdl-gen/reference.ts)", () => {
  assert.fixture(readFileSync(fileURLToPath(new URL("reference.md", import.meta.url)), "utf8"), referencePage());
});

test.run();
