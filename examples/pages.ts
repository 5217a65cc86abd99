// The table of examples in docs/kernel.md, from their pages: `npx tsx examples/pages.ts` writes it anew.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { fromRoot } from "../commands/paths.ts";

const manual = fromRoot("docs", "kernel.md");
const [begin, end] = ["<!-- Examples: npx tsx examples/pages.ts -->\n", "<!-- End of examples. -->\n"];

export const numberedExamples = (): string[] =>
  readdirSync(fromRoot("examples")).filter((name) => /^\d\d-/u.test(name)).toSorted();

/** A row for each: its page's heading, and the first sentence. */
function table(): string {
  const rows = numberedExamples().map((name) => {
    const page = readFileSync(fromRoot("examples", name, "README.md"), "utf8");
    const [, heading = "", text = ""] = /^# (.*)\n\n([^]*?)\n\n/u.exec(page) ?? [];
    const sentence = /^[^]*?[.:](?= |$)/u.exec(text.replaceAll("\n", " "))?.[0].replace(/:$/u, ".") ?? "";
    return `| [${heading}](../examples/${name}/README.md) | ${sentence} |\n`;
  });
  return `| example | what it shows |\n| --- | --- |\n${rows.join("")}`;
}

/** The manual as it is, and as it must be. */
export function manualWithExamples(): { readonly is: string; readonly mustBe: string } {
  const is = readFileSync(manual, "utf8");
  const [from, to] = [is.indexOf(begin), is.indexOf(end)];
  if (from < 0 || to < from) throw new Error("docs/kernel.md has no place for the examples");
  return { is, mustBe: is.slice(0, from + begin.length) + table() + is.slice(to) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(manual, manualWithExamples().mustBe);
