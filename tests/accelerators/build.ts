// Programs for the machine without an operating system: C and assembly on the small base in program/, as an image that
// the boot ROM starts.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { cached, filesBelow } from "../../commands/cache.ts";
import { toolVersion } from "../../commands/tools.ts";
import { bootHeader } from "../../kernel/boot-header.ts";
import { readElf } from "../../kernel/elf.ts";
import { fillInSum } from "../../kernel/image.ts";
import { link } from "../../kernel/toolchain.ts";
import { headers, writeHeaders } from "../../soc/headers.ts";

const here = dirname(fileURLToPath(import.meta.url));
const base = ["start.S", "units.c"].map((name) => join(here, "program", name));
const baseHeaders = ["layout.h", "units.h", "program.ld"].map((name) => join(here, "program", name));

/** Where the tasks' stacks lie, one after the other, and what the host looks at. */
export const places = { stacks: 0x2_0000, results: 0x3_0000 } as const;

const isHeader = (file: string): boolean => file.endsWith(".h");

export interface BareProgram {
  readonly name: string;
  /** Paths of C and assembly. */
  readonly sources: readonly string[];
  /** Sources that the host has written, by name. */
  readonly generated?: Readonly<Record<string, string>>;
  readonly defines?: Readonly<Record<string, string>>;
  /** Where else headers are, all of which count as sources. */
  readonly includeDirs?: readonly string[];
}

export interface Image {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** The linked file, for its symbols. */
  readonly elf: Uint8Array;
}

export async function buildProgram(
  { name, sources, generated = {}, defines = {}, includeDirs = [] }: BareProgram,
): Promise<Image> {
  const folders = [...new Set([...sources.map((path) => dirname(path)), ...includeDirs])];
  const found = await Promise.all(folders.map((path) => filesBelow(path, isHeader)));
  const folder = await cached({
    name: `bare-${name}`,
    files: [...new Set([...base, ...baseHeaders, ...sources, ...found.flat()])],
    facts: {
      ...headers(), ...generated, ...defines, places: JSON.stringify(places),
      compiler: await toolVersion("i686-linux-gnu-gcc"),
    },
    async make(cwd) {
      const include = join(cwd, "include");
      mkdirSync(include, { recursive: true });
      writeHeaders(include);
      for (const [file, text] of Object.entries(generated)) writeFileSync(join(cwd, file), text);
      await link({
        sources: [...base, ...sources, ...Object.keys(generated).map((file) => join(cwd, file))],
        includeDirs: [join(here, "program"), include, ...includeDirs],
        linkerScript: join(here, "program", "program.ld"),
        defines,
        symbols: { IMAGE_ADDRESS: bootHeader.address, STACKS_ADDRESS: places.stacks, RESULTS_ADDRESS: places.results },
      }, join(cwd, "program.elf"));
      // So that `atomicos run --kernel` and `atomicos trace record --kernel` take the file as well.
      const linked = readFileSync(join(cwd, "program.elf"));
      fillInSum(linked, name);
      writeFileSync(join(cwd, "program.elf"), linked);
    },
  });
  const elf = readFileSync(join(folder, "program.elf"));
  const { address, bytes } = fillInSum(elf, name);
  return { address, bytes, elf };
}

/** The addresses of an image's symbols. */
export function symbolsOf({ elf }: Image): (name: string) => number {
  const { symbols } = readElf(elf, "the program");
  return (name) => {
    const found = symbols.find((symbol) => symbol.name === name);
    if (found === undefined) throw new Error(`the program has no symbol ${name}`);
    return found.address;
  };
}
