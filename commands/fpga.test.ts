import { spawnSync } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BOARDS } from "../fpga/boards.ts";
import { Failure } from "./failure.ts";
import { installedProgrammer } from "./fpga.ts";
import { fromRoot } from "./paths.ts";
import { requirePython } from "./steps/place-and-route-tools.ts";

const test = suite("atomicos fpga");

function fpga(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(fromRoot("atomicos"), ["fpga", ...args], { encoding: "utf8" });
}

function fails(work: () => unknown, message: string, advice: string): void {
  try {
    work();
  } catch (error) {
    assert.instance(error, Failure);
    if (!(error instanceof Failure)) return;
    assert.is(error.message, message);
    assert.is(error.advice, advice);
    return;
  }
  assert.unreachable(`no failure: ${message}`);
}

const NOWHERE = "/nonexistent";

test("without nextpnr and without Python, both are named with what to install", () => {
  fails(
    () => requirePython(NOWHERE),
    "nextpnr-ecp5 and ecppack are not on the PATH, and there is no python3 to install them with",
    "install with: apt-get install python3 python3-venv",
  );
});

test("without a programmer, those that would do are named with where they come from", () => {
  const [board] = BOARDS;
  assert.ok(board);
  fails(
    () => installedProgrammer(board, NOWHERE),
    "no program that loads bitstreams into ulx3s-85f is installed",
    "install one: openFPGALoader (Debian package openfpgaloader) or fujprog (github.com/kost/fujprog)",
  );
});

test("the boards are listed with FPGA, clocks and serial line", () => {
  const { status, stdout } = fpga("boards");
  assert.is(status, 0);
  assert.is(
    stdout,
    "ulx3s-85f  Radiona ULX3S with LFE5U-85F " +
      "(LFE5U-85F-6BG381C, oscillator 25 MHz, machine 12.5 MHz, serial line 500000 baud)\n",
  );
});

test("an unknown board is answered with those that there are", () => {
  const { status, stderr } = fpga("build", "--board", "ulx3s-12f");
  assert.is(status, 2);
  assert.is(stderr, 'atomicos: there is no board "ulx3s-12f"; there are: ulx3s-85f\n');
});

test("a mistyped action is answered with the likely one", () => {
  const { status, stderr } = fpga("biuld");
  assert.is(status, 2);
  assert.is(stderr, 'atomicos: there is no action "biuld"; did you mean: atomicos fpga build?\n');
});

test.run();
