// A description's file → the description; and that → an image below build/systems/.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { BuiltSystem } from "../../system/build.ts";
import type { SystemDescription } from "../../system/index.ts";
import type { SurroundingsOf } from "../../sim/surroundings.ts";
import { Failure, usageFailure } from "../failure.ts";
import { nearest } from "../nearest.ts";
import { BUILD } from "../paths.ts";
import { say } from "../say.ts";
import { buildHeaders } from "./software.ts";

/** A description, and what stands around its machine when it is simulated. */
export interface DescribedSystem extends SystemDescription {
  readonly surroundings?: SurroundingsOf;
}

/** What the module at `path` exports, or `system.ts` in the folder there, from where the command was given. */
export async function describedAt(path: string): Promise<DescribedSystem> {
  const file = fileOf(path);
  const { SystemError } = await import("../../system/index.ts");
  const module: unknown = await import(pathToFileURL(resolve(file)).href).catch((error: unknown) => {
    throw error instanceof SystemError ? new Failure(error.message, "") : error;
  });
  const described = exported(module, "default");
  if (!isDescription(described)) {
    throw usageFailure(`${file} exports no system`, "its default export must be what defineSystem returned");
  }
  const surroundings = exported(module, "surroundings");
  return isSurroundings(surroundings) ? { ...described, surroundings } : described;
}

const FILE = "system.ts";

function fileOf(path: string): string {
  if (!existsSync(path)) {
    const folder = dirname(path);
    const there = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, FILE))) : [];
    const guess = nearest(basename(path), there) ?? there.find((name) => name.includes(basename(path)));
    throw usageFailure(
      `there is no ${path}`,
      guess === undefined ? "name a system description, or its folder: docs/system.md" : `did you mean ${join(folder, guess)}?`,
    );
  }
  if (!statSync(path).isDirectory()) {
    if (path.endsWith(".ts")) return path;
    throw usageFailure(`${path} is no system description`, "that is a file such as system.ts: docs/system.md");
  }
  const file = join(path, FILE);
  if (existsSync(file)) return file;
  const inside = readdirSync(path).filter((name) => existsSync(join(path, name, FILE)));
  throw usageFailure(
    `there is no ${FILE} in ${path}`,
    inside.length === 0 ? "name a system description, or its folder: docs/system.md" : `there are ${inside.join(", ")}`,
  );
}

const exported = (module: unknown, name: string): unknown =>
  typeof module === "object" && module !== null ? Reflect.get(module, name) : undefined;

const isSurroundings = (value: unknown): value is SurroundingsOf => typeof value === "function";

const isDescription = (value: unknown): value is SystemDescription =>
  typeof value === "object" && value !== null && "description" in value && "system" in value;

export async function buildSystemAt(described: SystemDescription): Promise<BuiltSystem> {
  const { name, machine } = described.system;
  const [{ buildSystem }, { SystemError }] = await Promise.all([
    import("../../system/build.ts"), import("../../system/index.ts"),
  ]);
  const include = await buildHeaders(machine.clock_hz);
  say(`building the system ${name}`);
  return buildSystem(described, join(BUILD, "systems", name), include).catch((error: unknown) => {
    throw error instanceof SystemError ? new Failure(error.message, "") : error;
  });
}

/** Where a region of that name lies in RAM. */
export const regionAt = ({ system, placement }: BuiltSystem) => (name: string): number => {
  const base = placement.regions[system.regions.findIndex((region) => region.name === name)];
  if (base === undefined) throw new Error(`the system ${system.name} has no region ${name}`);
  return base;
};
