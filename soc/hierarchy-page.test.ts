import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HIERARCHY_PAGE, hierarchyPage } from "./hierarchy-page.ts";

const test = suite("hierarchy page");

test("the page is up to date (npx tsx soc/hierarchy-page.ts)", () => {
  assert.fixture(readFileSync(HIERARCHY_PAGE, "utf8"), hierarchyPage());
});

test.run();
