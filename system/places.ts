// On which line of its source a key of a description stands.
//
// A description is data when it is checked; lines are gone. So the source of the call of `defineSystem` is read again,
// and the keys are followed through the object literals as they are written: by braces, strings and comments, and by
// names of constants of the same file. Where a value is computed, the last key that was found counts.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export type Path = readonly (string | number)[];
/** `examples/motor/system.ts:42` */
export type Places = (path: Path) => string;

/** Of a description in the call that is now going on; `inner` is the function called. */
export function placesOfCall(inner: (...args: never[]) => unknown): Places {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, inner);
  const frame = /\(?(?<url>(?:file:\/\/)?\/[^()\n]*?):(?<line>\d+):\d+\)?$/mu.exec(holder.stack ?? "")?.groups;
  if (frame?.["url"] === undefined) return () => "description";
  const file = frame["url"].startsWith("file:") ? fileURLToPath(frame["url"]) : frame["url"];
  return placesIn(readFileSync(file, "utf8"), relative(ROOT, file), Number(frame["line"]));
}

/** `line`: where `defineSystem` is called. */
export function placesIn(source: string, name: string, line: number): Places {
  const start = startOfLine(source, line);
  const call = source.indexOf("defineSystem", start);
  const open = call < 0 ? -1 : source.indexOf("(", call);
  return (path) => {
    let at = open < 0 ? start : skipBlank(source, open + 1);
    let found = call < 0 ? start : call;
    for (const key of path) {
      const entry = entriesAt(source, followed(source, at)).find((candidate) => candidate.key === String(key));
      if (entry === undefined) break;
      found = entry.at;
      at = entry.value;
    }
    return `${name}:${lineOf(source, found)}`;
  };
}

interface Entry {
  readonly key: string;
  readonly at: number;
  readonly value: number;
}

/** The keys of the object, or the places of the list, that begins at `at`; none if there is neither. */
function entriesAt(source: string, at: number): Entry[] {
  const bracket = source[at];
  if (bracket !== "{" && bracket !== "[") return [];
  const entries: Entry[] = [];
  let next = skipBlank(source, at + 1);
  for (let place = 0; next < source.length && source[next] !== "}" && source[next] !== "]"; place++) {
    const key = /^(?:"(?<text>[^"\n]*)"|(?<name>[\w$]+))/u.exec(source.slice(next, next + 100));
    const name = key?.groups?.["text"] ?? key?.groups?.["name"];
    if (bracket === "[") {
      entries.push({ key: String(place), at: next, value: next });
    } else if (key !== null && name !== undefined) {
      const behind = skipBlank(source, next + key[0].length);
      // Without a colon the value is the constant of that name.
      entries.push({ key: name, at: next, value: source[behind] === ":" ? skipBlank(source, behind + 1) : next });
    }
    next = skipValue(source, next);
    if (source[next] === ",") next = skipBlank(source, next + 1);
  }
  return entries;
}

/** If a name stands at `at`, the value of the constant of that name. */
function followed(source: string, at: number): number {
  const name = /^[A-Za-z_$][\w$]*(?=\s*[,})])/u.exec(source.slice(at, at + 100))?.[0];
  if (name === undefined) return at;
  const constant = new RegExp(`\\bconst ${name.replaceAll("$", "\\$")}\\b[^=\\n]*=\\s*`, "u").exec(source);
  return constant === null ? at : constant.index + constant[0].length;
}

/** Behind the value at `at`: at the comma or bracket that ends it. */
function skipValue(source: string, at: number): number {
  let depth = 0;
  for (let next = at; next < source.length;) {
    const behind = skipText(source, next);
    if (behind !== next) {
      next = behind;
      continue;
    }
    const character = source[next] ?? "";
    if (depth === 0 && ",)]}".includes(character)) return next;
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    next++;
  }
  return source.length;
}

/** Behind the string or comment at `at`, if there is one. */
function skipText(source: string, at: number): number {
  const match = /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[^]*?\*\/)/u
    .exec(source.slice(at, at + 4000));
  return at + (match?.[0].length ?? 0);
}

/** Behind blanks and comments. */
function skipBlank(source: string, at: number): number {
  let next = at;
  for (;;) {
    const blank = /^\s*/u.exec(source.slice(next, next + 1000))?.[0].length ?? 0;
    next += blank;
    if (!source.startsWith("//", next) && !source.startsWith("/*", next)) return next;
    next = skipText(source, next);
  }
}

const lineOf = (source: string, at: number): number => source.slice(0, at).split("\n").length;

function startOfLine(source: string, line: number): number {
  let at = 0;
  for (let count = 1; count < line; count++) at = source.indexOf("\n", at) + 1;
  return at;
}
