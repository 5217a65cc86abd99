// The README's example runs, and gives what the README says.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const test = suite("README");

test("the example prints the Verilog that is shown", () => {
  const text = readFileSync(join(root, "hdl-gen", "README.md"), "utf8");
  const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([\\s\\S]+?)\`\`\``).exec(text)?.[1] ?? "";
  const folder = join(root, "build", "hdl-readme");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "timer.ts"), block("ts"));
  const printed = execFileSync(join(root, "node_modules", ".bin", "tsx"), [join(folder, "timer.ts")], { cwd: root, encoding: "utf8" });
  assert.match(printed, "expired in cycle 4\n");
  assert.match(printed.replaceAll("build/hdl-readme/", ""), block("verilog"));
});

test.run();
