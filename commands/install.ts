// Missing tools: root gets them installed after being told, anyone else gets the line to type.

import { spawn } from "node:child_process";

import { Failure } from "./failure.ts";
import type { Option } from "./options.ts";
import { say } from "./say.ts";
import { installLine, missingTools, type Need } from "./tools.ts";

export const NO_INSTALL: Option = { text: "stop when a tool is missing, even where it could be installed" };

export async function requireTools(needs: readonly Need[], mayInstall: boolean): Promise<void> {
  const missing = missingTools(needs);
  if (missing.length === 0) return;
  const names = missing.map((tool) => tool.name).join(", ");
  if (!mayInstall || process.getuid?.() !== 0) {
    throw new Failure(`missing: ${names}`, `install with: ${installLine(missing)}`);
  }
  const packages = [...new Set(missing.map((tool) => tool.debianPackage))];
  say(`missing: ${names}`);
  say(`installing: ${installLine(missing)}`);
  // A fresh system has no package lists, an old one outdated ones: fetch them when the first attempt fails.
  const installed = (await apt("install", packages)) || ((await apt("update", [])) && (await apt("install", packages)));
  const still = missingTools(needs);
  if (!installed || still.length > 0) {
    throw new Failure(
      `apt-get could not install ${packages.join(" ")}`,
      `see its messages above, then run: ${installLine(still.length > 0 ? still : missing)}`,
    );
  }
}

// Its messages go to standard error, as all of ours do. False: it failed or does not exist.
async function apt(action: "install" | "update", packages: readonly string[]): Promise<boolean> {
  const args = ["-qq", "-y", ...(action === "install" ? ["--no-install-recommends"] : []), action, ...packages];
  return new Promise((resolve) => {
    const child = spawn("apt-get", args, {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    child.on("error", () => resolve(false));
    child.on("close", (status) => resolve(status === 0));
  });
}
