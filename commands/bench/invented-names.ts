// Which names of a Verilog text did nobody write? Every identifier of the text, cut apart at `_`, must be made of words
// that stand in the sources: as keys, variables or strings, but not as methods, lest `add` be anyone's name.

import type { Design } from "#hdl-gen";

export interface Names {
  readonly distinct: number; // module by module: a name in two modules counts twice
  readonly conventional: ReadonlyMap<string, number>; // by the documentation's rule, how many
  readonly invented: readonly { readonly module: string; readonly name: string }[];
}

/**
 * Names that hdl-gen's documentation promises (hdl-gen/README.md, rule 2) although no source says them; they are counted
 * on their own. Where a name is in two parts, the author gives the first.
 */
const FIXED = ["clk", "rst", "unused"];
const CONVENTIONS: readonly { readonly name: string; readonly rest: (name: string) => string | undefined }[] = [
  ...FIXED.map((fixed) => ({ name: fixed, rest: (name: string) => (name === fixed ? "" : undefined) })),
  { name: "…_meta", rest: (name) => /^(.+)_meta$/.exec(name)?.[1] },
  { name: "…_past", rest: (name) => /^(.+?)_past(?:_\d+)?$/.exec(name)?.[1] },
  { name: "since_reset_…", rest: (name) => (/^since_reset_\d+$/.test(name) ? "" : undefined) },
];

/** `sourcesOf` gives the source texts that may have named things in a module. */
export function inventedNames(verilog: string, sourcesOf: (module: string) => readonly string[]): Names {
  const conventional = new Map<string, number>();
  const invented: { module: string; name: string }[] = [];
  let distinct = 0;
  for (const { module, names } of namesByModule(verilog)) {
    const words = new Set(sourcesOf(module).flatMap((text) => [...wordsOf(text)]));
    distinct += names.size;
    for (const name of names) {
      if (isWritten(name, words) && !FIXED.includes(name)) continue;
      const convention = CONVENTIONS.find(({ rest }) => rest(name) === "" || isWritten(rest(name) ?? "", words));
      if (convention === undefined) invented.push({ module, name });
      else conventional.set(convention.name, (conventional.get(convention.name) ?? 0) + 1);
    }
  }
  return { distinct, conventional, invented };
}

/** The identifiers of each module, its own name included. */
export function namesByModule(verilog: string): { module: string; names: ReadonlySet<string> }[] {
  const plain = verilog
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\])*"/g, " ")
    .replaceAll(/`(?:ifn?def|define|undef)\s+\w+|`default_nettype\s+\w+|`\w+/g, " ")
    .replaceAll(/\(\*[^)]*?\*\)/g, " ")
    .replaceAll(/\d*'s?[bodh][\da-fxz?_]+/gi, " ");
  return plain.split(/\bendmodule\b/).flatMap((text) => {
    const module = /\bmodule\s+(\w+)/.exec(text)?.[1];
    if (module === undefined) return [];
    const found = [...text.matchAll(/(?<![\w$])\\\S+|(?<![\w$])[A-Za-z_][\w$]*/g)].map(([name]) => name);
    return [{ module, names: new Set(found.filter((name) => !KEYWORDS.has(name))) }];
  });
}

/** What a source has as key, variable or string; not what stands in comments and sentences. */
function* wordsOf(source: string): Iterable<string> {
  const text = source
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, " ")
    .replaceAll(/"([^"\n]*)"/g, (string, inside: string) => (inside.includes(" ") ? " " : string));
  for (const [word] of text.matchAll(/(?<![\w$.])[A-Za-z_]\w*|(?<=\.\.\.)[A-Za-z_]\w*/g)) yield* pieces(word);
}

/** Names differ from their words in capitals at most, where an enumeration makes a localparam. */
const pieces = (name: string): string[] => name.toLowerCase().split("_").filter((piece) => piece !== "");

/** A number counts things in an array, or stands for a parameter: `fifo_8x4`. */
function isWritten(name: string, words: ReadonlySet<string>): boolean {
  if (!/^[A-Za-z]\w*[A-Za-z\d]$|^[A-Za-z]$/.test(name)) return false;
  return pieces(name).every((piece) => words.has(piece) || isCounted(piece, words));
}

function isCounted(piece: string, words: ReadonlySet<string>): boolean {
  const letters = piece.split(/\d+/).filter((part) => part !== "");
  return letters.every((part) => part === "x" || words.has(part));
}

const KEYWORDS = new Set(
  `always and assert assign assume begin buf case casez casex cover default else end endcase endfunction endmodule
  for function if initial inout input integer localparam module negedge not or output parameter posedge reg signed
  wire xor`.split(/\s+/),
);

/**
 * The files whose words may be in a module's names, by module: those in which something in it, or a port of an instance
 * in it, was declared, and that of the module around it, which may have given it parameters.
 */
export function filesByModule(top: Design): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const visit = (design: Design, around: readonly string[]): void => {
    const { signals, memories, instances, properties, body } = design;
    const ports = instances.flatMap(({ of }) => of.signals.filter(({ kind }) => kind === "input" || kind === "output"));
    const all = [design, ...signals, ...ports, ...memories, ...instances, ...properties, ...body];
    const enumerations = signals.flatMap(({ enumeration }) => enumeration ?? []);
    const files = [...all, ...enumerations].map(({ at }) => at.where.file);
    found.set(design.name, new Set([...(found.get(design.name) ?? []), ...files, ...around]));
    for (const { of } of instances) visit(of, [design.at.where.file]);
  };
  visit(top, []);
  return found;
}
