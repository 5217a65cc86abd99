// The board's own Verilog boots: nothing is loaded by a back door, the kernel is in the RAM's contents. The model takes
// minutes to build, so this runs in `./atomicos test --all` only.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { buildBoardVerilog } from "../commands/steps/bitstream.ts";
import { uartTicksPerBit } from "../soc/clock.ts";
import { machineClock_hz } from "./board.ts";
import { BOARDS } from "./boards.ts";

const test = suite("a board's first milliseconds");
/** Reset before it begins, and the answer's characters behind it. */
const aroundUptime_ms = 10;
const all = process.env["ATOMICOS_TEST_ALL"] === "1";

for (const board of BOARDS) {
  const claim = `${board.id}: configuration alone brings the machine to its prompt, and its milliseconds are the oscillator's`;
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

    const clocksPerBit = uartTicksPerBit * board.clock.divisor;
    const { status, stdout, stderr } = spawnSync(
      join(folder, "obj_dir", "Vpads"), [String(clocksPerBit), "atomicos> ", "uptime"], { encoding: "utf8" },
    );
    assert.is(status, 0, stdout);
    const [, mhz] = /^\r?\nAtomicOS boot ROM \S+ x86 at (\S+) MHz, .*\r?\nRAM check: 256 KB good\r?\n/.exec(stdout) ?? [];
    assert.is(mhz, String(machineClock_hz(board) / 1e6), stdout);

    const passed_ms = (1e3 * Number(stderr)) / board.clock.frequency_hz;
    const uptime_ms = Number(/ ticks, (\d+) ms/.exec(stdout)?.[1]);
    assert.ok(passed_ms > 2 * aroundUptime_ms, `${passed_ms} ms`);
    assert.ok(uptime_ms < passed_ms && uptime_ms > passed_ms - aroundUptime_ms, `${uptime_ms} of ${passed_ms} ms`);
  });
}

test.run();
