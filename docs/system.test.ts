// docs/system.md shows files, messages and a report: they are what is here. UPDATE=1 writes the page anew.
import { readFileSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { reportText } from "../system/report/text.ts";
import { rightsOf } from "../system/rights.ts";
import pipeline from "./system/pipeline.ts";

const test = suite("docs/system.md");
const page = fromRoot("docs/system.md");

/** What stands in a block, by what its first line says behind the language. */
function contents(name: string): string {
  if (name === "report") return reportText(pipeline.system);
  if (name.startsWith("bad/")) {
    const said = readFileSync(fromRoot(`system/${name}.ts`), "utf8").split("/* What is said:\n")[1] ?? "";
    return said.replace("*/\n", "");
  }
  return readFileSync(fromRoot(`docs/${name}`), "utf8");
}

/** The row of a kind: how it is given, and what it can allow. */
const rightsTable = Object.entries(rightsOf)
  .map(([kind, rights]) => {
    const own = rights.filter((right) => right !== "copy" && right !== "revoke");
    const object = kind === "clock" || kind === "log" ? `"${kind}"` : "NAME";
    const more = kind === "lock" ? ", longest" : kind === "channel" ? ", credit?" : "";
    return `| ${kind} | \`{ ${kind}: ${object}, rights${more} }\` | ${own.map((right) => `\`${right}\``).join(", ")} |`;
  })
  .join("\n");

function asItIs(text: string): string {
  return text
    .replaceAll(/```(\w+) (\S+)\n[^]*?```/gu, (_, language: string, name: string) =>
      `\`\`\`${language} ${name}\n${contents(name).trimEnd()}\n\`\`\``)
    .replace(/(\| kind \| given as \| rights \|\n\| --- \| --- \| --- \|\n)[^]*?\n\n/u, (_, head: string) =>
      `${head}${rightsTable}\n\n`);
}

test("shows the example, its report, a message and the rights as they are", () => {
  const text = readFileSync(page, "utf8");
  if (process.env["UPDATE"] === "1") writeFileSync(page, asItIs(text));
  else assert.is(text, asItIs(text));
});

test("names every field of a task", () => {
  const text = readFileSync(page, "utf8");
  const source = readFileSync(fromRoot("system/description.ts"), "utf8");
  const types = source.slice(source.indexOf("interface AnyTask"), source.indexOf("export type TaskDescription"));
  const fields = [...types.matchAll(/^ {2}readonly (?<field>\w+)\??:/gmu)].map(({ groups }) => groups?.["field"] ?? "");
  assert.ok(fields.length > 15);
  for (const field of fields) assert.ok(text.includes(`\`${field}\``), `${field} is not in the manual`);
});

test.run();
