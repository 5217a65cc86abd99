// Under several clocks, too, the simulator and the Verilog do the same: Icarus is driven with the same edges.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { asyncFifo, handshake, simulate, verilog, type Design, type Simulation } from "../index.ts";

const test = suite("crossings in Verilog");
const folder = "build/library";

interface Step {
  readonly ticks: readonly string[];
  readonly valid: 0 | 1;
  readonly data: number;
  readonly ready: 0 | 1;
}
type Stream = Pick<Simulation, "peek"> & {
  readonly tick: (...clocks: readonly string[]) => unknown;
  readonly io: { readonly put: { valid: number; data: number }; readonly take: { ready: number } };
};
const outputs = ["put_ready", "take_valid"] as const;

/** Inputs and edges without order. */
function steps(clocks: readonly [string, string], count: number): readonly Step[] {
  let state = 1;
  const upTo = (limit: number): number => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % limit;
  };
  return Array.from({ length: count }, () => ({
    ticks: [[clocks[0]], [clocks[1]], clocks][upTo(3)] ?? clocks,
    valid: upTo(4) > 0 ? 1 : 0,
    data: upTo(256),
    ready: upTo(3) > 0 ? 1 : 0,
  }));
}

/** What the outputs are before each step's edges; data counts only while it is valid. */
function simulated(sim: Stream, all: readonly Step[]): string[] {
  return all.map(({ ticks, valid, data, ready }) => {
    Object.assign(sim.io.put, { valid, data });
    sim.io.take.ready = ready;
    const seen = outputs.map((name) => sim.peek(name)).join("");
    const line = `${seen} ${sim.peek("take_valid") === 1 ? sim.peek("take_data") : "-"}`;
    sim.tick(...ticks);
    return line;
  });
}

function inIcarus(design: Design, [from, into]: readonly [string, string], all: readonly Step[]): string[] {
  const edges = (ticks: readonly string[]): string => {
    const rising = [from, into].map((name) => (ticks.includes(name) ? 1 : 0)).join("");
    return `#1 {${from}_clk, ${into}_clk} = 2'b${rising}; #1 {${from}_clk, ${into}_clk} = 2'b00;`;
  };
  const lines = all.map(
    ({ ticks, valid, data, ready }) =>
      `put_valid = ${valid}; put_data = ${data}; take_ready = ${ready}; #1\n` +
      '    if (take_valid) $display("%b%b %0d", put_ready, take_valid, take_data);\n' +
      '    else $display("%b%b -", put_ready, take_valid);\n' +
      `    ${edges(ticks)}`,
  );
  const bench = [
    "module bench;",
    `  reg ${from}_clk = 0, ${into}_clk = 0, rst = 1, put_valid = 0, take_ready = 0;`,
    "  reg [7:0] put_data = 0; wire [7:0] take_data; wire put_ready, take_valid;",
    `  ${design.name} part (.${from}_clk(${from}_clk), .${into}_clk(${into}_clk), .${from}_rst(rst), .${into}_rst(rst),`,
    "    .put_valid(put_valid), .put_ready(put_ready), .put_data(put_data),",
    "    .take_valid(take_valid), .take_ready(take_ready), .take_data(take_data));",
    "  initial begin",
    `    ${edges([from, into])} rst = 0;`,
    ...lines.map((line) => `    ${line}`),
    "    $finish;",
    "  end",
    "endmodule",
  ];
  const file = `${folder}/${design.name}_bench`;
  writeFileSync(`${file}.v`, `${verilog(design)}\n${bench.join("\n")}\n`);
  execFileSync("iverilog", ["-g2005", "-s", "bench", "-o", file, `${file}.v`]);
  return execFileSync("vvp", ["-n", file], { encoding: "utf8" }).split("\n").filter((line) => line !== "");
}

test.before(() => { mkdirSync(folder, { recursive: true }); });

for (const storage of ["distributed", "block"] as const) {
  test(`an asynchronous FIFO in ${storage}`, () => {
    const design = asyncFifo(8, 4, { storage });
    const all = steps(["write", "read"], 1000);
    const sim = simulate(design);
    const expected = simulated(sim.reset(), all);
    assert.ok(new Set(expected).size > 50, "much happens");
    assert.equal(inIcarus(design, ["write", "read"], all), expected);
  });
}

test("a handshake", () => {
  const design = handshake(8);
  const all = steps(["from", "into"], 1000);
  const expected = simulated(simulate(design).reset(), all);
  assert.equal(inIcarus(design, ["from", "into"], all), expected);
});

test.run();
