// Where things are, from the repository's root.

import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const BUILD = join(ROOT, "build");

export const fromRoot = (...parts: string[]): string => join(ROOT, ...parts);
export const shown = (path: string): string => relative(process.cwd(), path) || ".";
