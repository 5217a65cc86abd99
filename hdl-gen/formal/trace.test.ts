// Traces as people read them, without a solver.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { traceTable, traceWaves, type TraceRow } from "./trace.ts";
import { readSteps } from "./vcd.ts";

const test = suite("trace");

const row = (path: string, width: number, values: readonly bigint[], names: readonly string[] = []): TraceRow => ({
  path, width, values, texts: values.map((value) => names[Number(value)] ?? value.toString(16)),
});
const trace = {
  cycles: 4,
  rows: [
    row("rst", 1, [1n, 0n, 0n, 0n]),
    row("state", 2, [0n, 0n, 2n, 1n], ["idle", "busy", "done"]),
    row("u_fifo.count", 8, [0n, 0n, 0xa5n, 0xa5n]),
  ],
};

test("a table has a line for each signal, and shows what changes", () => {
  assert.equal(traceTable(trace).split("\n"), [
    "cycle            0 1    2    3",
    "rst              1 0    .    .",
    "state         idle . done busy",
    "u_fifo.count     0 .   a5    .",
  ]);
});

test("what does not fit on a line goes on in another table", () => {
  const values = Array.from({ length: 60 }, (_, i) => BigInt(i % 2));
  const lines = traceTable({ cycles: 60, rows: [row("bit", 1, values)] }).split("\n");
  assert.ok(lines.every((line) => line.length <= 120));
  assert.is(lines.length, 5);
  assert.match(lines[0] ?? "", /^cycle {2}0 1 2 3 .* 40$/);
  assert.match(lines[3] ?? "", /^cycle {2}41 42 .* 59$/);
  assert.match(lines[4] ?? "", /^bit {5}1 {2}0 /);
});

test("the same as waves", () => {
  assert.equal(traceWaves(trace, ["rst", "state"]).split("\n"), [
    "rst    ------\\_________________",
    "state  |idle       |done |busy",
    "",
  ]);
});

test("each step of a solver's trace is one cycle", () => {
  const steps = readSteps([
    "$var event 1 ! smt_clock $end",
    "$scope module top $end", "$var wire 4 n1 count $end",
    "$scope module u_inner $end", "$var wire 1 n2 go $end", "$upscope $end", "$upscope $end", "$enddefinitions $end",
    "#0", "1!", "b0011 n1", "b1 n2", "#5", "b0 n0", "#10", "1!", "b0100 n1", "bx n2", "#15", "b0 n0", "#20", "1!", "",
  ].join("\n"));
  assert.equal([...steps], [["count", [3n, 4n]], ["u_inner.go", [1n, undefined]]]);
});

test.run();
