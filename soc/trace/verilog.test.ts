// The Verilog of everything about tracing, debugging and counting is clean to the tools that read it.
import { verilog, type Design } from "#hdl-gen";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { performanceCounters } from "../counters/counters.ts";
import { debugUnit } from "../debug/debug.ts";
import { framedLine } from "./framed-line.ts";
import { traceUnit } from "./trace.ts";

const test = suite("Verilog of trace, debug, counters");
const folder = "build/trace/verilog";
mkdirSync(folder, { recursive: true });

const designs: readonly Design[] = [
  traceUnit({ reporters: 6, clock_hz: 25_000_000 }),
  framedLine({ rows: 2 }),
  debugUnit({ locked: false }),
  debugUnit({ locked: true }),
  performanceCounters(),
];

for (const design of designs) {
  test(`${design.name} is clean`, () => {
    const file = `${folder}/${design.name}.v`;
    writeFileSync(file, verilog(design));
    const words = ["--lint-only", "-Wall", "--top-module", design.name, file];
    const { status, stdout, stderr } = spawnSync("verilator", words, { encoding: "utf8" });
    assert.is(`${stdout}${stderr}`, "");
    assert.is(status, 0);
  });
}

test.run();
