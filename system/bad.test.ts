// Each rule has a description that breaks it, named after it, with what is to be said at its end: where, what, and how
// to mend it. `npx tsx system/bad.test.ts --update` writes what is said now.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { SystemError } from "./problem.ts";

const folder = fileURLToPath(new URL("bad/", import.meta.url));
const marker = "\n/* What is said:\n";
const test = suite("bad descriptions");

async function said(file: string): Promise<string> {
  try {
    await import(pathToFileURL(join(folder, file)).href);
  } catch (error) {
    if (error instanceof SystemError) return error.message;
    throw error;
  }
  return "nothing";
}

for (const file of readdirSync(folder)) {
  const text = readFileSync(join(folder, file), "utf8");
  const [claim] = text.split("\n");
  test(`${claim?.replace("// ", "") ?? ""} (${file})`, async () => {
    const [source = "", expected] = text.split(marker);
    const actual = await said(file);
    if (process.argv.includes("--update")) {
      writeFileSync(join(folder, file), `${source.trimEnd()}\n${marker}${actual}\n*/\n`);
    } else {
      assert.is(actual, expected?.replace("\n*/\n", ""));
      assert.is.not(actual, "nothing");
    }
  });
}

test.run();
