// C and assembly for the machine: one compiler, one set of flags, for the kernel, the boot ROM and whatever else runs
// without an operating system. What it emits is what the core executes: 386 integer instructions only.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export const compiler = "i686-linux-gnu-gcc";

const LANGUAGE = [
  "-std=c11", "-ffreestanding", "-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wmissing-prototypes",
  // A task's stack is small and fixed.
  "-Wvla", "-Wframe-larger-than=256",
];

const CODE = [
  "-m32", "-march=i386", "-O2", "-g",
  "-fno-pic", "-fcf-protection=none", "-fno-asynchronous-unwind-tables",
  // One function, one place, and jumps whose targets can be read from the instruction: the analysis of execution times
  // needs it.
  "-fno-jump-tables", "-fno-optimize-sibling-calls", "-fno-ipa-icf",
  // A loop stays a loop, instead of becoming a call of memset.
  "-fno-tree-loop-distribute-patterns",
  // Parameters travel in EAX, EDX and ECX, small structures in registers, and no code aligns the stack for SSE, which there
  // is not.
  "-mregparm=3", "-freg-struct-return", "-mpreferred-stack-boundary=2",
  "-ffunction-sections", "-fdata-sections",
  // The core fetches any address as fast as another.
  "-fno-align-functions", "-fno-align-jumps", "-fno-align-loops", "-fno-align-labels",
];

/** A canary between a function's arrays and its return address; its value is the word `__stack_chk_guard`. */
const CANARIES = ["-fstack-protector-strong", "-mstack-protector-guard=global"];

const LINK = [
  "-static", "-no-pie", "-nostdlib",
  "-Wl,--gc-sections", "-Wl,--fatal-warnings", "-Wl,--build-id=none", "-Wl,-z,noexecstack", "-Wl,-z,max-page-size=4",
];

export interface Program {
  /** Paths from the repository's root. */
  readonly sources: readonly string[];
  readonly includeDirs: readonly string[];
  readonly linkerScript: string;
  /** Preprocessor macros; a text is given with its quotes. */
  readonly defines?: Readonly<Record<string, string>>;
  /** Functions with arrays look whether these have been overrun: the linker script has `__stack_chk_guard`. */
  readonly canaries?: boolean;
  /** Symbols for the linker script. */
  readonly symbols?: Readonly<Record<string, number>>;
}

/** Compiles and links `program` into the ELF file `elf`. The error of a failed compiler is what it printed. */
export async function link(program: Program, elf: string): Promise<void> {
  mkdirSync(dirname(elf), { recursive: true });
  const objects = join(dirname(elf), "objects");
  mkdirSync(objects, { recursive: true });
  const include = program.includeDirs.map((folder) => `-I${fromRoot(folder)}`);
  const defines = Object.entries(program.defines ?? {}).map(([name, value]) => `-D${name}=${value}`);
  const compiled: string[] = [];
  for (const source of program.sources) {
    // The linker script tells parts apart by their folders.
    const object = join(objects, `${normalize(fromRoot(source)).replaceAll("/", "-")}.o`);
    await run([...LANGUAGE, ...CODE, ...(program.canaries === true ? CANARIES : ["-fno-stack-protector"]), ...include, ...defines, "-c", source, "-o", object]);
    compiled.push(object);
  }
  const symbols = Object.entries(program.symbols ?? {}).map(([name, value]) => `-Wl,--defsym=${name}=${value}`);
  await run(["-m32", ...LINK, ...symbols, "-Wl,-T", program.linkerScript, ...compiled, "-o", elf]);
}

/** Relative where possible: the compiler writes paths into the file, which must not depend on where the repository is. */
const fromRoot = (path: string): string => (path.startsWith(ROOT) ? relative(ROOT, path) : path);

async function run(args: readonly string[]): Promise<void> {
  const child = spawn(compiler, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => output.push(bytes));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (status !== 0) throw new Error(`${compiler} failed:\n${Buffer.concat(output).toString().trimEnd()}`);
}
