// A description's file → the description; and that → an image below build/systems/.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { BuiltSystem } from "../../system/build.ts";
import type { SystemDescription } from "../../system/index.ts";
import { Failure } from "../failure.ts";
import { BUILD } from "../paths.ts";
import { say } from "../say.ts";
import { buildHeaders } from "./software.ts";

/** The default export of the module at `path`, from where the command was given. */
export async function describedAt(path: string): Promise<SystemDescription> {
  if (!existsSync(path)) throw new Failure(`there is no file ${path}`, "name a system description: docs/system.md");
  const { SystemError } = await import("../../system/index.ts");
  const module: unknown = await import(pathToFileURL(resolve(path)).href).catch((error: unknown) => {
    throw error instanceof SystemError ? new Failure(error.message, "") : error;
  });
  const described = typeof module === "object" && module !== null && "default" in module ? module.default : undefined;
  if (!isDescription(described)) {
    throw new Failure(`${path} exports no system`, "its default export must be what defineSystem returned");
  }
  return described;
}

const isDescription = (value: unknown): value is SystemDescription =>
  typeof value === "object" && value !== null && "description" in value && "system" in value;

export async function buildSystemAt(described: SystemDescription): Promise<BuiltSystem> {
  const { name } = described.system;
  const [{ buildSystem }, { SystemError }] = await Promise.all([
    import("../../system/build.ts"), import("../../system/index.ts"),
  ]);
  const include = await buildHeaders();
  say(`building the system ${name}`);
  return buildSystem(described, join(BUILD, "systems", name), include).catch((error: unknown) => {
    throw error instanceof SystemError ? new Failure(error.message, "") : error;
  });
}
