// What docs/hardware.md shows is what the program prints. `UPDATE=1 npx tsx docs/hardware/pages.test.ts` writes it anew.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { blocksOf, refreshed } from "../hdl-gen/pages.ts";

const test = suite("docs/hardware.md");
const page = fileURLToPath(new URL("../hardware.md", import.meta.url));

if (process.env["UPDATE"] === "1") writeFileSync(page, await refreshed(page));

for (const { origin, text, wanted } of await blocksOf(page)) {
  test(`shows ${origin} as it is`, () => {
    assert.fixture(text, wanted);
  });
}

test.run();
