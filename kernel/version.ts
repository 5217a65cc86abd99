// The version that the machine prints: the package's.

import { readFileSync } from "node:fs";

export function packageVersion(): string {
  const described: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  if (typeof described === "object" && described !== null && "version" in described) {
    if (typeof described.version === "string") return described.version;
  }
  throw new Error("package.json has no version");
}

/** For the compiler: a macro with the version as a text. */
export const versionInC = (): Readonly<Record<string, string>> => ({ ATOMICOS_VERSION: `"${packageVersion()}"` });
