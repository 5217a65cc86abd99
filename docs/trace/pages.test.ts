// What docs/trace.md shows is what the programs print. `UPDATE=1 npx tsx docs/trace/pages.test.ts` writes it anew.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { blocksOf, refreshed } from "../hdl-gen/pages.ts";
import { picture, picturePath } from "./example.ts";

const test = suite("docs/trace.md");
const page = fileURLToPath(new URL("../trace.md", import.meta.url));

if (process.env["UPDATE"] === "1") {
  writeFileSync(page, await refreshed(page));
  writeFileSync(picturePath, picture());
}

for (const { origin, text, wanted } of await blocksOf(page)) {
  test(`shows ${origin} as it is`, () => {
    assert.fixture(text, wanted);
  });
}

test("its picture is what the command draws", () => {
  assert.fixture(readFileSync(picturePath, "utf8"), picture());
});

test.run();
