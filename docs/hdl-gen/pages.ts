// Pages whose code is cut from files that run. A code block says after its language where its text is from:
//
//     ts tutorial/counter.ts             the file
//     ts tutorial/counter.ts#module      between `// #region module` and `// #endregion` in it
//     verilog other/timer.v:10-20        these lines, of a file that a tool has made
//     text tutorial/counter.ts > waves   what the program prints after the line `=== waves`
//
// Paths are relative to the page.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ORIGIN = String.raw`(?<path>[\w./-]+\.\w+)(?:#(?<region>[\w-]+)|:(?<lines>\d+-\d+)| > (?<output>.+?))?`;
const BLOCK = new RegExp(`^\`\`\`\\w+ ${ORIGIN}\n(?<text>[\\s\\S]*?)^\`\`\`$`, "gm");

export interface Block {
  /** As the page says it. */
  readonly origin: string;
  readonly text: string;
  /** What its source says. */
  readonly wanted: string;
}

/** The blocks of a page that are from elsewhere; programs whose output is shown are run. */
export async function blocksOf(page: string): Promise<readonly Block[]> {
  const found: Block[] = [];
  for (const match of readFileSync(page, "utf8").matchAll(BLOCK)) {
    const { path = "", region, lines, output, text = "" } = match.groups ?? {};
    const file = join(dirname(page), path);
    const origin = match[0].slice(3, match[0].indexOf("\n"));
    const wanted =
      output === undefined
        ? cutText(readFileSync(file, "utf8"), { region, lines }, origin)
        : section(await outputOf(file), output, origin);
    found.push({ origin, text, wanted });
  }
  return found;
}

/** The page with the text of every such block as its source has it. */
export async function refreshed(page: string): Promise<string> {
  const blocks = await blocksOf(page);
  let next = 0;
  return readFileSync(page, "utf8").replaceAll(BLOCK, () => {
    const block = blocks[next++];
    return block === undefined ? "" : `\`\`\`${block.origin}\n${block.wanted}\`\`\``;
  });
}

interface Part {
  readonly region: string | undefined;
  readonly lines: string | undefined;
}

function cutText(text: string, { region, lines: wanted }: Part, origin: string): string {
  const lines = text.split("\n");
  if (wanted !== undefined) {
    const [first = 1, last = first] = wanted.split("-").map(Number);
    return lines.slice(first - 1, last).map((line) => `${line}\n`).join("");
  }
  if (region === undefined) return text;
  const first = lines.findIndex((line) => new RegExp(`^\\s*(?:// )?#region ${region}$`).test(line));
  const last = lines.findIndex((line, i) => i > first && /^\s*(?:\/\/ )?#endregion$/.test(line));
  if (first < 0 || last < 0) throw new Error(`there is no region for "${origin}"`);
  const inner = lines.slice(first + 1, last);
  const indents = inner.filter((line) => line !== "").map((line) => line.length - line.trimStart().length);
  return inner.map((line) => `${line.slice(Math.min(...indents))}\n`).join("");
}

const outputs = new Map<string, Promise<string>>();

/** What a program prints; each is run once. */
async function outputOf(file: string): Promise<string> {
  const known = outputs.get(file);
  if (known !== undefined) return known;
  const running = promisify(execFile)(process.execPath, ["--import", "tsx", relative(root, file)], { cwd: root }).then(
    ({ stdout }) => stdout,
  );
  outputs.set(file, running);
  return running;
}

function section(output: string, name: string, origin: string): string {
  const part = output.split(/^=== /m).find((text) => text.startsWith(`${name}\n`));
  if (part === undefined) throw new Error(`the program prints nothing for "${origin}"`);
  return `${part.slice(name.length + 1).trimEnd()}\n`;
}
