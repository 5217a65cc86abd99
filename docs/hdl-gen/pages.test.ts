// The code in these pages is what the files have, and the outputs are what the programs print.
// `HDL_GEN_UPDATE=1 npx tsx docs/hdl-gen/pages.test.ts` writes the blocks anew; read the difference before you keep it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { blocksOf, refreshed } from "./pages.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const update = process.env["HDL_GEN_UPDATE"] === "1";
const test = suite("pages");

for (const page of ["tutorial.md", "comparison.md"]) {
  const file = join(here, page);
  if (update) writeFileSync(file, await refreshed(file));
  for (const { origin, text, wanted } of await blocksOf(file)) {
    test(`${page} shows ${origin} as it is`, () => {
      assert.fixture(text, wanted);
    });
  }
}

test.run();
