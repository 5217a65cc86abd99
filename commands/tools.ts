// Every program the project needs beside Node: what it is called, the Debian package it comes in, and what needs it.

import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

import { execute } from "./process.ts";

export type Need = "run" | "trace" | "test" | "bench";

export interface Tool {
  readonly name: string; // the program, or the file that a library is known by
  readonly debianPackage: string;
  readonly needs: readonly Need[];
  readonly version: readonly string[]; // arguments that make it print its version; none: it cannot
}

// Where Debian has what depends on the processor
const LIBRARIES = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;

export const TOOLS: readonly Tool[] = [
  { name: "verilator", debianPackage: "verilator", needs: ["run", "test", "bench"], version: ["--version"] },
  { name: "g++", debianPackage: "g++", needs: ["run", "test", "bench"], version: ["--version"] },
  { name: "ccache", debianPackage: "ccache", needs: ["run", "test", "bench"], version: ["--version"] },
  {
    name: "i686-linux-gnu-gcc",
    debianPackage: "gcc-i686-linux-gnu",
    needs: ["run", "test", "bench"],
    version: ["--version"],
  },
  { name: "/usr/include/zlib.h", debianPackage: "zlib1g-dev", needs: ["trace", "test"], version: [] },
  { name: "yosys", debianPackage: "yosys", needs: ["test", "bench"], version: ["-V"] },
  { name: "iverilog", debianPackage: "iverilog", needs: ["test"], version: ["-V"] },
  { name: "make", debianPackage: "make", needs: ["test", "bench"], version: ["--version"] },
  { name: "z3", debianPackage: "z3", needs: ["test"], version: ["--version"] },
  { name: "/usr/i686-linux-gnu/include/stdio.h", debianPackage: "libc6-dev-i386-cross", needs: ["test"], version: [] },
  { name: "qemu-system-i386", debianPackage: "qemu-system-x86", needs: ["test"], version: ["--version"] },
  { name: "bochs-bin", debianPackage: "bochs", needs: ["test"], version: [] },
  // Without it, Debian would choose a display that wants a desktop.
  { name: `${LIBRARIES}/bochs/plugins/libbx_term_gui.so`, debianPackage: "bochs-term", needs: ["test"], version: [] },
];

// The file that a name stands for, found as the shell finds it.
export function findTool(tool: Tool, path = process.env["PATH"] ?? ""): string | undefined {
  const isHeader = isAbsolute(tool.name);
  const candidates = isHeader ? [tool.name] : path.split(delimiter).map((folder) => join(folder, tool.name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, isHeader ? constants.R_OK : constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export function missingTools(needs: readonly Need[]): readonly Tool[] {
  return TOOLS.filter((tool) => tool.needs.some((need) => needs.includes(need)) && findTool(tool) === undefined);
}

const versions = new Map<string, Promise<string>>();

// The first line of what a tool says about its version; asked once per process.
export async function toolVersion(name: string): Promise<string> {
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (tool === undefined || tool.version.length === 0) return "";
  let version = versions.get(name);
  if (version === undefined) {
    version = execute(name, tool.version).then(({ output }) => output.split("\n")[0]?.trim() ?? "");
    versions.set(name, version);
  }
  return version;
}

const isRoot = (): boolean => process.getuid?.() === 0;

// The line a person types to get these tools.
export function installLine(tools: readonly Tool[]): string {
  const packages = [...new Set(tools.map((tool) => tool.debianPackage))];
  return `${isRoot() ? "" : "sudo "}apt-get install ${packages.join(" ")}`;
}
