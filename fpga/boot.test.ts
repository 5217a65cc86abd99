// The board's own Verilog boots: nothing is loaded by a back door, the kernel is in the RAM's contents. The model takes
// minutes to build, so this runs in `./atomicos test --all` only.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { buildBoardVerilog } from "../commands/steps/bitstream.ts";
import { BOARDS } from "./boards.ts";

const test = suite("a board's first milliseconds");
const all = process.env["ATOMICOS_TEST_ALL"] === "1";

for (const board of BOARDS) {
  const claim = `${board.id}: configuration alone brings the machine to its prompt`;
  if (!all) {
    test.skip(claim);
    continue;
  }
  test(claim, async () => {
    const folder = fromRoot("build", "tests", "fpga", board.id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "board.v"), await buildBoardVerilog(board));
    const flags = ["-O3", "--x-assign", "fast", "--noassert", "-Wno-fatal", "-CFLAGS", "-O1", "--top-module", "pads"];
    const sources = [fromRoot("fpga", "fixtures", "listener.cpp"), "board.v"];
    const args = ["--cc", "--exe", "--build", ...flags, ...sources];
    const built = spawnSync("verilator", args, { cwd: folder, encoding: "utf8" });
    assert.is(built.status, 0, built.stderr);

    const { status, stdout } = spawnSync(join(folder, "obj_dir", "Vpads"), ["atomicos> "], { encoding: "utf8" });
    assert.is(status, 0, stdout);
    assert.match(stdout, /^\r?\nAtomicOS boot ROM .*\r?\nRAM check: 256 KB good\r?\n/);
  });
}

test.run();
