// Every error has a page, and every page is a test: its failing code gives the message it shows, to the letter, and its
// mended code elaborates and satisfies tsc. `HDL_GEN_UPDATE=1 npx tsx hdl-gen/errors/errors.test.ts` writes the messages
// anew; read the difference before you keep it.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ERROR_CODES, HdlError } from "../index.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const scratch = join(root, "build", "hdl-errors");
const update = process.env["HDL_GEN_UPDATE"] === "1";

interface Page {
  readonly file: string;
  readonly text: string;
  readonly wrong: string;
  readonly message: string;
  readonly mended: string;
}

const SHAPE = /^# `([a-z-]+)`: .+\n\n[\s\S]+?\n\n## Wrong\n\n```ts\n([\s\S]+?\n)```\n\n## Message\n\n```text\n([\s\S]*?)```\n\n## Mended\n\n```ts\n([\s\S]+?\n)```\n$/;

function readPage(code: string): Page {
  const file = join(here, `${code}.md`);
  const text = readFileSync(file, "utf8");
  const [, title, wrong, message, mended] = SHAPE.exec(text) ?? [];
  if (title !== code || wrong === undefined || message === undefined || mended === undefined) {
    throw new Error(`${relative(root, file)} is not title, text, Wrong, Message, Mended`);
  }
  return { file, text, wrong, message, mended };
}

/** Runs a piece of code as a file of its own; gives what it throws. */
async function run(name: string, code: string): Promise<unknown> {
  const file = join(scratch, `${name}.ts`);
  writeFileSync(file, code);
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    return error;
  }
  return undefined;
}

const test = suite("error pages");

test.before(() => {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(join(scratch, "mended"), { recursive: true });
});

test("there is a page for each code and no other", () => {
  const pages = readdirSync(here).filter((name) => name.endsWith(".md") && name !== "README.md");
  assert.equal(pages.toSorted(), ERROR_CODES.map((code) => `${code}.md`).toSorted());
});

test("the index lists every page under its title", () => {
  const file = join(here, "README.md");
  const text = readFileSync(file, "utf8");
  const titles = ERROR_CODES.map((code) => /^# `.+?`: (.+)$/m.exec(readFileSync(join(here, `${code}.md`), "utf8"))?.[1] ?? "");
  const rows = ERROR_CODES.map((code, i) => `| [\`${code}\`](${code}.md) | ${titles[i]} |\n`);
  const intro = text.slice(0, text.indexOf("| --- | --- |\n") + "| --- | --- |\n".length);
  const expected = intro + rows.join("");
  if (update) writeFileSync(file, expected);
  else assert.fixture(text, expected);
});

for (const code of ERROR_CODES) {
  test(`${code}: the failing code gives the page's message`, async () => {
    const page = readPage(code);
    const error = await run(code, page.wrong);
    assert.instance(error, HdlError);
    if (!(error instanceof HdlError)) return;
    assert.is(error.code, code);
    const message = `${error.message.replaceAll("build/hdl-errors/", "")}\n`;
    if (update) writeFileSync(page.file, page.text.replace(`\`\`\`text\n${page.message}`, () => `\`\`\`text\n${message}`));
    else assert.fixture(message, page.message);
  });

  test(`${code}: the mended code elaborates`, async () => {
    assert.is(await run(join("mended", code), readPage(code).mended), undefined);
  });
}

test("tsc has nothing to say about the mended code", () => {
  const options = { extends: "../../../tsconfig.json", include: ["*.ts"], exclude: [] };
  writeFileSync(join(scratch, "mended", "tsconfig.json"), JSON.stringify(options));
  const tsc = join(root, "node_modules", ".bin", "tsc");
  assert.not.throws(() => execFileSync(tsc, ["--noEmit", "-p", join(scratch, "mended")], { encoding: "utf8" }));
});

test.run();
