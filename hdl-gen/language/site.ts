// Where in the user's source did this happen?
//
// A site is taken at every declaration and statement, so taking one must be cheap: it only makes V8 remember the
// return addresses. They become a file and a line when somebody asks, and each address is translated once.
/* oxlint-disable typescript/no-unsafe-type-assertion -- V8 says what a stack trace is made of */
import { existsSync, readFileSync } from "node:fs";
import { findSourceMap, type SourceMap } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export interface Where {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Frames beyond this depth are not looked at: the user's own is near the top. */
const FRAMES_MAX = 20;
const LIBRARY = join(dirname(fileURLToPath(import.meta.url)), "..") + sep;
/** Folders of the library that hold no frames of interest; its tests and examples count as a user's. */
const INTERNAL = ["language", "check", "verilog", "simulator", "registers", "formal"].map((folder) => LIBRARY + folder + sep);
/** The library of standard parts. */
const PARTS = `${LIBRARY}library${sep}`;
const NOWHERE: Where = { file: "<unknown>", line: 0, column: 0 };

export class Site {
  readonly #trace: { stack?: unknown } = {};
  #where: Where | undefined;

  readonly #whose: "author" | "user";

  /** For the author of a part of the library, a line of the part is a line of theirs; for its user it is not. */
  constructor(whose: "author" | "user" = "author") {
    this.#whose = whose;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = FRAMES_MAX;
    Error.captureStackTrace(this.#trace, Site);
    Error.stackTraceLimit = limit;
  }

  get where(): Where {
    return (this.#where ??= firstUserFrame(this.#trace, this.#whose === "user" ? [...INTERNAL, PARTS] : INTERNAL));
  }

  /** `folder/file.ts:12`, relative to the package the file belongs to, so that output does not depend on the machine. */
  get text(): string {
    const { file, line } = this.where;
    return line === 0 ? file : `${displayPath(file)}:${line}`;
  }
}

function firstUserFrame(trace: { stack?: unknown }, internal: readonly string[]): Where {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, frames) => frames;
  const frames = trace.stack;
  Error.prepareStackTrace = prepare;
  if (!Array.isArray(frames)) return NOWHERE;
  for (const frame of frames as NodeJS.CallSite[]) {
    const name = frame.getFileName() ?? frame.getEvalOrigin() ?? "";
    const file = name.startsWith("file:") ? fileURLToPath(name) : name;
    if (!file.startsWith(sep) || isInternal(file, internal)) continue;
    return original(name, file, frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0);
  }
  return NOWHERE;
}

function isInternal(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => file.startsWith(folder)) && !/\.test\.[jt]s$/.test(file);
}

const maps = new Map<string, SourceMap | undefined>();
const translated = new Map<string, Where>();

/** The place in the file the user wrote, when what runs was compiled from it. */
function original(name: string, file: string, line: number, column: number): Where {
  const key = `${file}:${line}:${column}`;
  const known = translated.get(key);
  if (known !== undefined) return known;
  if (!maps.has(name)) maps.set(name, findSourceMap(name) ?? findSourceMap(file));
  const entry = maps.get(name)?.findEntry(line - 1, column - 1);
  const where =
    entry !== undefined && "originalLine" in entry
      ? { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 }
      : { file, line, column };
  translated.set(key, where);
  return where;
}

const roots = new Map<string, string>();

/** The folder of the nearest package.json above, or the file's own. */
function packageRoot(folder: string): string {
  const known = roots.get(folder);
  if (known !== undefined) return known;
  const parent = dirname(folder);
  const root = existsSync(join(folder, "package.json")) || parent === folder ? folder : packageRoot(parent);
  roots.set(folder, root);
  return root;
}

export function displayPath(file: string): string {
  return file.startsWith(sep) ? relative(packageRoot(dirname(file)), file) : file;
}

/** The line itself with a caret under the column, as compilers print it. */
export function excerpt(site: Site): string {
  const { file, line, column } = site.where;
  const gutter = String(line);
  const pad = " ".repeat(gutter.length);
  return [
    `  --> ${displayPath(file)}:${line}:${column}`,
    ` ${pad} |`,
    ` ${gutter} | ${sourceLine(file, line)}`,
    ` ${pad} | ${" ".repeat(Math.max(0, column - 1))}^`,
  ].join("\n");
}

function sourceLine(file: string, line: number): string {
  try {
    return readFileSync(file, "utf8").split("\n")[line - 1] ?? "";
  } catch {
    return "";
  }
}
