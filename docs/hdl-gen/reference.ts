// Writes reference.md: every public name of hdl-gen with its declaration and what its source says of it.
// `npx tsx docs/hdl-gen/reference.ts`; a test fails while the page is out of date.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = join(root, "docs", "hdl-gen", "reference.md");
const folder = join(root, "build", "hdl-reference");
const LINE_COLUMNS = 116;

/** Chapters, and the files whose public names stand in them, in this order. */
const CHAPTERS: readonly (readonly [title: string, text: string, files: readonly string[]])[] = [
  [
    "Modules",
    "A module is a function of its ports; `m`, the builder, records what is in it.",
    ["module", "builder", "design", "black-box"],
  ],
  ["Ports", "Ports are records and arrays of these; nested names are joined with `_`.", ["ports"]],
  ["Clocks", "One clock per module need not be named; these are for modules with more.", ["clock"]],
  ["Values", "Widths are part of the type. Operators are methods.", ["bits", "combine", "choice", "widths"]],
  ["Registers and nets", "Given to `m.regs` and `m.nets` as records whose keys are the names.", ["declare", "signal"]],
  ["Memories", "Made with `m.memory`.", ["memory"]],
  ["Decode tables", "", ["decode"]],
  ["Errors", "Each code has a page in [`hdl-gen/errors`](../../hdl-gen/errors/README.md).", ["error"]],
  ["Verilog", "", ["verilog", "tree", "graph"]],
  ["Simulator", "", ["simulator", "waves", "vcd"]],
  [
    "Proofs",
    "Properties are stated with `m.assert`, `m.assume` and `m.cover`.",
    ["prove", "equal", "require", "report", "tool", "outcome"],
  ],
  [
    "Register maps",
    "One object: bus logic, C header, manual page, debugger names.",
    ["map", "attach", "c-header", "markdown", "symbols"],
  ],
];
const LIBRARY = "Library of parts";

interface Entry {
  readonly name: string;
  /** Relative to hdl-gen/. */
  readonly file: string;
  readonly doc: string;
  readonly declaration: string;
}

export function referencePage(): string {
  const entries = publicEntries();
  const chapters = CHAPTERS.map(([title, text, files]) => ({
    title,
    text,
    own: entries.filter(({ file }) => !file.startsWith("library/") && files.includes(baseName(file))),
  }));
  const library = {
    title: LIBRARY,
    text: "Each file says what its parts cost, how long they take, and where they come from.",
    own: entries.filter(({ file }) => file.startsWith("library/")),
  };
  const all = [...chapters, library];
  const placed = new Set(all.flatMap(({ own }) => own));
  const lost = entries.filter((entry) => !placed.has(entry));
  if (lost.length > 0) {
    throw new Error(`no chapter for ${lost.map(({ name, file }) => `${name} (${file})`).join(", ")}`);
  }
  return [
    "<!-- Generated from hdl-gen/ by npx tsx docs/hdl-gen/reference.ts: change it there. -->",
    "# hdl-gen reference",
    "",
    "Every name that `#hdl-gen` exports. To learn the language, begin with the [tutorial](tutorial.md).",
    "",
    ...all.map(({ title, own }) => `- [${title}](#${anchor(title)}): ${own.map(({ name }) => code(name)).join(" ")}`),
    ...all.flatMap(({ title, text, own }) => [
      "",
      `## ${title}`,
      ...(text === "" ? [] : ["", text]),
      ...own.flatMap(entryLines),
    ]),
    "",
  ].join("\n");
}

const code = (text: string): string => `\`${text}\``;
const anchor = (title: string): string => title.toLowerCase().replaceAll(" ", "-");
const baseName = (file: string): string => file.replace(/^.*\//, "").replace(/\.ts$/, "");

function entryLines({ name, doc, declaration, file }: Entry): string[] {
  const source = `[${code(file)}](../../hdl-gen/${file})`;
  return ["", `### \`${name}\``, "", doc === "" ? source : `${doc} ${source}`, "", "```ts", declaration, "```"];
}

/** Each name that index.ts exports, with its declaration as tsc writes it. */
export function publicEntries(): readonly Entry[] {
  emitDeclarations();
  return exportsOf("index.ts").map(({ name, file }) => ({ name, file, ...declarationOf(name, file) }));
}

function emitDeclarations(): void {
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: "../../tsconfig.json",
    compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: "../..", outDir: "." },
    include: ["../../hdl-gen/index.ts"],
    exclude: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", folder], { encoding: "utf8" });
}

function exportsOf(file: string): { name: string; file: string }[] {
  const text = readFileSync(join(root, "hdl-gen", file), "utf8");
  const lines = text.matchAll(/^export (?:type )?(?:\{([^}]+)\}|\*) from "\.\/(.+?)";/gm);
  return [...lines].flatMap(([, names, from = ""]) => {
    const source = join(dirname(file), from);
    if (names === undefined) return exportsOf(source);
    return names.split(",").map((name) => ({ name: name.trim(), file: source }));
  });
}

/** What the declaration file has of a name: every overload, and the comment above the first. */
function declarationOf(name: string, file: string): Pick<Entry, "doc" | "declaration"> {
  const text = readFileSync(join(folder, "hdl-gen", file.replace(/\.ts$/, ".d.ts")), "utf8");
  const comment = String.raw`(?<doc>/\*\*(?:(?!\*/)[\s\S])*\*/\n)?`;
  const kind = "(?:declare )?(?:abstract )?(?:function|class|interface|type|const)";
  const head = new RegExp(`^${comment}export ${kind} ${name}\\b`, "gm");
  const found = [...text.matchAll(head)].map((match) => {
    const doc = match.groups?.["doc"] ?? "";
    const begin = match.index + doc.length;
    const rest = text.slice(begin);
    // A declaration ends where the next line begins at the margin, unless that closes it.
    const end = /\n(?=[^\s}])|\n\}[^\n]*(?=\n|$)/.exec(rest);
    const closed = end?.[0].startsWith("\n}") === true ? end.index + end[0].length : (end?.index ?? rest.length);
    return { doc, text: rest.slice(0, closed) };
  });
  if (found.length === 0) throw new Error(`hdl-gen/${file} declares no ${name}`);
  const doc = plainText(found.map((one) => one.doc).find((one) => one !== "") ?? "");
  const isType = found.every((one) => /^export (?:declare )?(?:interface|type) /.test(one.text));
  return {
    doc: doc === "" && !isType ? headOf(file) : doc,
    declaration: found.map((one) => tidied(one.text.trimEnd())).join("\n"),
  };
}

/** The first sentence of the comment at the head of a file: what says enough of a file's only function. */
function headOf(file: string): string {
  const lines = readFileSync(join(root, "hdl-gen", file), "utf8").split("\n");
  const head = lines.slice(0, lines.findIndex((line) => !line.startsWith("//")));
  const text = head.map((line) => line.replace(/^\/\/ ?/, "")).join(" ");
  return /^.+?[.:?](?= |$)/.exec(text)?.[0].replace(/:$/, ".") ?? "";
}

/** A comment's text on one line. */
const plainText = (comment: string): string =>
  comment
    .replaceAll(/^\/\*\*|\*\/\n?$/g, "")
    .split("\n")
    .map((line) => line.replace(/^ *\* ?/, "").trim())
    .join(" ")
    .trim();

/** Without what only tsc needs to know, two columns for an indent, and no line too long. */
function tidied(declaration: string): string {
  return declaration
    .replace(/^export (?:declare )?/, "")
    .split("\n")
    .filter((line) => !/^ +(?:#private;|protected |private )/.test(line))
    .map((line) => line.replace(/^( {4})+/, (indent) => " ".repeat(indent.length / 2)))
    .flatMap(broken)
    .join("\n");
}

/** Breaks a long line after a comma, a bar or an arrow outside of any bracket but the outermost. */
function broken(line: string): string[] {
  if (line.length <= LINE_COLUMNS || /^ *(?:\/\*|\*)/.test(line)) return [line];
  const indent = `${/^ */.exec(line)?.[0] ?? ""}  `;
  const breaks = [...line.matchAll(/, | \| | => |: (?=[A-Za-z])| extends | \? /g)].map((match) => match.index + match[0].length);
  const at = breaks.findLast((place) => place <= LINE_COLUMNS && place > indent.length + 20);
  return at === undefined ? [line] : [line.slice(0, at).trimEnd(), ...broken(indent + line.slice(at))];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, referencePage());
