import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { suite } from "uvu";
import * as assert from "uvu/assert";

import { Failure } from "./failure.ts";
import { requireTools } from "./install.ts";
import { fromRoot } from "./paths.ts";
import { findTool, installLine, missingTools, TOOLS } from "./tools.ts";

const test = suite("missing tools");

const isRoot = process.getuid?.() === 0;
const path = process.env["PATH"] ?? "";
let bin: string;

test.before.each(() => {
  mkdirSync(fromRoot("build", "tests"), { recursive: true });
  bin = mkdtempSync(fromRoot("build", "tests", "install-"));
  process.env["PATH"] = bin;
});

test.after.each(() => {
  process.env["PATH"] = path;
});

// An apt-get that notes how it was called, and installs what `run` needs only when it has package lists.
function fakeApt(lists: "fetched" | "never"): () => string[] {
  const log = join(bin, "log");
  const programs = TOOLS.filter(({ needs }) => needs.includes("run")).map(({ name }) => name);
  const script = [
    "#!/bin/sh",
    `echo "$*" >> "${log}"`,
    'case "$*" in',
    `*" update") ${lists === "fetched" ? `echo > "${bin}/lists"` : "exit 100"} ;;`,
    `*) test -e "${bin}/lists" || exit 100`,
    ...programs.map((name) => `echo '#!/bin/sh' > "${bin}/${name}"; /bin/chmod +x "${bin}/${name}"`),
    ";;",
    "esac",
    "",
  ];
  writeFileSync(join(bin, "apt-get"), script.join("\n"), { mode: 0o755 });
  return () => readFileSync(log, "utf8").trim().split("\n");
}

async function failure(work: Promise<void>): Promise<Failure> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw new Error(`not a Failure: ${String(error)}`);
  return error;
}

const PACKAGES = "verilator g++ ccache gcc-i686-linux-gnu";

test("tools are found on the PATH, and only what may be executed counts", () => {
  const [tool] = TOOLS;
  if (tool === undefined) return;
  writeFileSync(join(bin, tool.name), "", { mode: 0o644 });
  assert.is(findTool(tool), undefined);
  writeFileSync(join(bin, "other"), "", { mode: 0o755 });
  assert.is(findTool({ ...tool, name: "other" }), join(bin, "other"));
});

test("the line to install names each package once", () => {
  assert.is(installLine(missingTools(["run"])), `${isRoot ? "" : "sudo "}apt-get install ${PACKAGES}`);
});

test("where nothing may be installed, the line to type is the advice", async () => {
  const { message, advice, status } = await failure(requireTools(["run"], false));
  assert.is(message, "missing: verilator, g++, ccache, i686-linux-gnu-gcc");
  assert.is(advice, `install with: ${isRoot ? "" : "sudo "}apt-get install ${PACKAGES}`);
  assert.is(status, 1);
});

// Only root installs.
function rootTest(name: string, holds: () => Promise<void>): void {
  if (isRoot) test(name, holds);
  else test.skip(name);
}

rootTest("root gets what is missing, after fetching the package lists where there are none", async () => {
  const calls = fakeApt("fetched");
  await requireTools(["run"], true);
  const install = `-qq -y --no-install-recommends install ${PACKAGES}`;
  assert.equal(calls(), [install, "-qq -y update", install]);
  assert.equal(missingTools(["run"]), []);
  await requireTools(["run"], true);
  assert.is(calls().length, 3);
});

rootTest("an apt-get that fails is said, with the line to repeat", async () => {
  fakeApt("never");
  const { message, advice } = await failure(requireTools(["run"], true));
  assert.is(message, `apt-get could not install ${PACKAGES}`);
  assert.is(advice, `see its messages above, then run: apt-get install ${PACKAGES}`);
});

rootTest("a system without apt-get gets the same line", async () => {
  const { message } = await failure(requireTools(["run"], true));
  assert.is(message, `apt-get could not install ${PACKAGES}`);
});

test.run();
