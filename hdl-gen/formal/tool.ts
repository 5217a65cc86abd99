// Runs the tools a proof needs. All of them are Debian packages.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** SMT solvers that yosys-smtbmc knows how to talk to. Debian's boolector is too old for it. */
export type Solver = "z3" | "cvc4" | "yices" | "bitwuzla";

/** The Debian package of each tool, where there is one. */
const PACKAGES: Readonly<Record<string, string>> = { yosys: "yosys", "yosys-smtbmc": "yosys", z3: "z3", cvc4: "cvc4" };

export class ToolMissing extends Error {
  override readonly name = "ToolMissing";
}
/** A tool did what it should never do: a defect of this library or of the tool. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
}

export function requireTool(tool: string, path = process.env["PATH"] ?? ""): void {
  if (path.split(delimiter).some((folder) => folder !== "" && isExecutable(join(folder, tool)))) return;
  const how = PACKAGES[tool];
  throw new ToolMissing(
    `"${tool}" is needed for proofs and is not installed${how === undefined ? "" : `; try: apt-get install ${how}`}`,
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Ran {
  readonly output: string;
  readonly status: number | undefined;
  readonly timedOut: boolean;
}

/** Runs a tool, together with what it starts, for at most `timeout_s` seconds. */
export async function run(tool: string, given: readonly string[], timeout_s: number): Promise<Ran> {
  return new Promise((resolve, reject) => {
    // A group of its own: the solver is a child of yosys-smtbmc, and must end with it.
    const child = spawn(tool, given, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    let timedOut = false;
    const endGroup = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup();
    }, timeout_s * 1000);
    process.once("exit", endGroup);
    const settled = (): void => {
      clearTimeout(timer);
      process.removeListener("exit", endGroup);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => (output += text));
    }
    child.on("error", (error) => {
      settled();
      reject(error);
    });
    child.on("close", (status) => {
      settled();
      resolve({ output, status: status ?? undefined, timedOut });
    });
  });
}
