import { suite } from "uvu";
import * as assert from "uvu/assert";

import type { Board } from "./board.ts";
import { BOARDS } from "./boards.ts";
import { netNames } from "./names.ts";
import { clockNets } from "./nets.ts";
import { type BuildReport, makeReport, reportText, tooSlow } from "./report.ts";
import { parseTiming, ReportError } from "./timing.ts";

const test = suite("build reports");

// As hdl-gen writes it, cut down to the nets of the path below.
const verilog = `
module adder (
  input  wire        clk,
  input  wire [31:0] held,
  output wire [31:0] sum
);
  assign sum = held + 32'd1;  // soc/cpu/adder.ts:20
endmodule
module atomicos_soc (
  input  wire        clk
);
  reg  [31:0] held;  // soc/cpu/stage.ts:3
  reg  [31:0] result;  // soc/cpu/stage.ts:4
  wire [31:0] alu_sum;
  adder alu (  // soc/cpu/stage.ts:5
    .clk(clk)
  );

  always @(posedge clk) begin
    held <= result;  // soc/cpu/stage.ts:7
    result <= alu_sum;  // soc/cpu/stage.ts:8
  end
endmodule
module board (
  input  wire        clk
);
  atomicos_soc soc (  // fpga/top.ts:40
    .clk(clk)
  );
endmodule
module pads (
  input  wire clock
);
  reg machine_clock = 1'b0;  // fpga/top.ts

  always @(posedge clock) machine_clock <= ~machine_clock;

  board board (
    .clk(machine_clock)
  );
endmodule
`;

const end = (cell: string, port: string): object => ({ cell, loc: [10, 20], port });
const through = (type: string, delay: number, cell: string, ports: readonly [string, string]): object => ({
  type, delay, from: end(cell, ports[0]), to: end(cell, ports[1]),
});
const along = (net: string, delay: number, from: string, to: string): object => ({
  type: "routing", delay, net, from: end(from, "F"), to: end(to, "A"),
});

const machineClock = "posedge $glbnet$machine_clock";
const oscillator = "posedge clock$TRELLIS_IO_IN";

// The form of nextpnr 0.11's --report, with a path over four cells.
const sample = {
  critical_paths: [
    {
      from: oscillator,
      to: oscillator,
      path: [
        through("clk-to-q", 0.52, "machine_clock_TRELLIS_FF_Q", ["CLK", "Q"]),
        along("machine_clock", 0.35, "machine_clock_TRELLIS_FF_Q", "toggle"),
        through("setup", 0.25, "machine_clock_TRELLIS_FF_Q", ["DI", "CLK"]),
      ],
    },
    { from: "<async>", to: machineClock, path: [] },
    {
      from: machineClock,
      to: machineClock,
      path: [
        through("clk-to-q", 0.52, "board.soc.held_TRELLIS_FF_Q_31", ["CLK", "Q"]),
        along("board.soc.held[0]", 1.25, "board.soc.held_TRELLIS_FF_Q_31", "carry0"),
        through("logic", 0.45, "carry0", ["A", "FCO"]),
        along("board.soc.alu_sum_CCU2C_S0_COUT", 0, "carry0", "carry1"),
        through("logic", 0.44, "carry1", ["FCI", "F"]),
        along("board.soc.alu_sum[2]", 1, "carry1", "lut"),
        through("logic", 0.24, "lut", ["A", "F"]),
        along("$abc$711$n12", 0.5, "lut", "board.soc.result_TRELLIS_FF_Q_29"),
        through("setup", 0.1, "board.soc.result_TRELLIS_FF_Q_29", ["DI", "CLK"]),
      ],
    },
  ],
  fmax: {
    $glbnet$machine_clock: { achieved: 222.2222, constraint: 50 },
    clock$TRELLIS_IO_IN: { achieved: 894.4543, constraint: 50 },
  },
  utilization: {
    TRELLIS_COMB: { available: 83640, used: 12000 },
    DP16KD: { available: 208, used: 139 },
    DCUA: { available: 2, used: 0 },
  },
};

const board: Board | undefined = BOARDS[0];
if (board === undefined) throw new Error("there is no board");
const nets = clockNets(board);
const undivided: Board = { ...board, clock: { ...board.clock, divisor: 1 } };
const reportOf = (report: object, of: Board = board): BuildReport =>
  makeReport({
    board: of,
    nextpnrReport: JSON.stringify(report),
    names: netNames(verilog, "pads"),
    target_mhz: 50,
    fingerprint: "0123456789",
    tools: { yosys: "Yosys 0.23", nextpnr: "nextpnr-0.11.1" },
  });

test("the slowest path is told in the author's names and lines", () => {
  const { path, end: last, setup_ns } = reportOf(sample);
  assert.equal(path, [
    { name: "held", toward: false, source: "soc/cpu/stage.ts:7", cells: 1, cells_ns: 0.52, wires_ns: 1.25 },
    { name: "alu_sum", toward: false, source: "soc/cpu/adder.ts:20", cells: 3, cells_ns: 1.13, wires_ns: 1.5 },
  ]);
  assert.equal(last, { name: "result", toward: false, source: "soc/cpu/stage.ts:8" });
  assert.is(setup_ns, 0.1);
});

test("the report as text has clock, path, what is used of the FPGA, and the tools", () => {
  assert.is(reportText(reportOf(sample)), `\
ulx3s-85f: 222.22 MHz; the machine's clock is 12.5 MHz (met), the target 50 MHz (met)
clock divider: 894.45 MHz; the oscillator is 25 MHz (met)
slowest path: 4.50 ns through 4 cells, 1.65 ns in them and 2.75 ns in wires
    at ns    cells in cells in wires    net      driven at
     1.77        1     0.52     1.25    held     soc/cpu/stage.ts:7
     4.40        3     1.13     1.50    alu_sum  soc/cpu/adder.ts:20
     4.50              0.10             result   soc/cpu/stage.ts:8

TRELLIS_COMB        12000 of  83640  14 %
DP16KD                139 of    208  67 %

yosys: Yosys 0.23
nextpnr: nextpnr-0.11.1`);
});

const reaching = (machine_mhz: number, oscillator_mhz: number): object => ({
  ...sample,
  fmax: { $glbnet$machine_clock: { achieved: machine_mhz }, clock$TRELLIS_IO_IN: { achieved: oscillator_mhz } },
});

test("the machine must reach its own clock on the board, neither the oscillator's nor the target", () => {
  assert.equal(tooSlow(reportOf(reaching(12.5, 25))), []);
  assert.equal(tooSlow(reportOf(reaching(12.49, 600))), [
    "the machine runs at 12.49 MHz at most, too slow for its clock on ulx3s-85f of 12.5 MHz",
  ]);
  assert.ok(reportText(reportOf(reaching(12.49, 600))).startsWith(`\
ulx3s-85f: 12.49 MHz; the machine's clock is 12.5 MHz (missed), the target 50 MHz (missed)
clock divider: 600 MHz; the oscillator is 25 MHz (met)
`));
});

test("what divides the oscillator must reach the oscillator's frequency", () => {
  assert.equal(tooSlow(reportOf(reaching(15.86, 24))), [
    "the clock divider runs at 24 MHz at most, too slow for ulx3s-85f's oscillator of 25 MHz",
  ]);
});

test("a machine that runs on the oscillator itself has one clock, and must reach that", () => {
  const net = "$glbnet$clock$TRELLIS_IO_IN";
  const path = { from: `posedge ${net}`, to: `posedge ${net}`, path: [] };
  const alone = { ...sample, critical_paths: [path], fmax: { [net]: { achieved: 15.86 } } };
  const report = reportOf(alone, undivided);
  assert.equal(report.clock, { reached_mhz: 15.86, needed_mhz: 25, target_mhz: 50 });
  assert.equal(tooSlow(report), ["the machine runs at 15.86 MHz at most, too slow for its clock on ulx3s-85f of 25 MHz"]);
  assert.match(reportText(report), /^ulx3s-85f: 15.86 MHz; the machine's clock is 25 MHz \(missed\), .*\nslowest path/);
});

function refuses(report: object, message: string): void {
  try {
    parseTiming(JSON.stringify(report), nets);
  } catch (error) {
    assert.instance(error, ReportError);
    assert.is(error instanceof Error ? error.message : "", message);
    return;
  }
  assert.unreachable("it was accepted");
}

test("a report with a clock that is not the board's, or without one that is, is refused", () => {
  const { fmax } = sample;
  refuses(
    { ...sample, fmax: { ...fmax, $glbnet$gated: { achieved: 1 } } },
    "nextpnr's report: no clock of this board's is called $glbnet$gated",
  );
  refuses(
    { ...sample, fmax: { $glbnet$machine_clock: fmax.$glbnet$machine_clock } },
    "nextpnr's report: nothing about the net clock",
  );
  refuses(
    { ...sample, critical_paths: sample.critical_paths.slice(0, 1) },
    "nextpnr's report: no path from $glbnet$machine_clock to $glbnet$machine_clock",
  );
});

test("a report in another form is refused with what is missing", () => {
  refuses({ ...sample, utilization: undefined }, "nextpnr's report: utilization is missing or is no object");
  refuses({ ...sample, fmax: { $glbnet$machine_clock: {} } }, "nextpnr's report: achieved is missing or is no number");
});

test.run();
