// The comparison is of designs that do the same: Yosys shows that timer and decoder of the other languages, as stored in
// comparison/verilog, have the outputs of hdl-gen's. (The two that merge streams may begin with another stream.)
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { verilog } from "#hdl-gen";
import { decoder } from "./comparison/decoder.ts";
import { timer } from "./comparison/timer.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = join(here, "..", "..", "build", "comparison");
const test = suite("comparison");
/** The first is the reset; in the others a timer can be set, expire, and be cleared. */
const CYCLES = 10;

type Pins = Readonly<Record<string, string>>;
const timerPins = { clk: "clk", rst: "rst", select: "select", write: "write", address: "address", wdata: "wdata" };
const chiselPins = (names: readonly string[]): Pins => Object.fromEntries(names.map((name) => [`io_${name}`, name]));

const timers = {
  hdlGen: {
    clk: "clk",
    rst: "rst",
    bus_select: "select",
    bus_write: "write",
    bus_address: "address",
    bus_wdata: "wdata",
    bus_rdata: "rdata",
    interrupt_request: "interrupt",
  },
  amaranth: { ...timerPins, rdata: "rdata", interrupt: "interrupt" },
  chisel: {
    clock: "clk",
    reset: "rst",
    ...chiselPins(["select", "write", "address", "wdata", "rdata", "interrupt"]),
  },
};
const decoders = {
  hdlGen: { opcode: "opcode", needs_unit: "unit", needs_bytes: "bytes", needs_writes: "writes" },
  amaranth: { opcode: "opcode", unit: "unit", bytes: "bytes", writes: "writes" },
  chisel: { clock: "1'b0", reset: "1'b0", ...chiselPins(["opcode", "unit", "bytes", "writes"]) },
};

interface Pair {
  readonly name: "timer" | "decoder";
  readonly other: "amaranth" | "chisel";
  /** Inputs and outputs with their widths, as the comparison calls them. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, number>>;
  readonly text: string;
  readonly pins: Readonly<Record<"hdlGen" | "amaranth" | "chisel", Pins>>;
}

const instance = (module: string, name: string, pins: Pins, outputs: readonly string[]): string =>
  `  ${module} ${name} (${Object.entries(pins)
    .map(([pin, wire]) => `.${pin}(${outputs.includes(wire) ? `${name}_${wire}` : wire})`)
    .join(", ")});`;

/** What Yosys says of both in one, with the assertion that their outputs agree, after a reset if there is one. */
function prove({ name, other, inputs, outputs, text, pins }: Pair): { readonly status: number | null; readonly said: string } {
  mkdirSync(folder, { recursive: true });
  const names = Object.keys(outputs);
  const top = [
    `module top (${Object.entries(inputs).map(([label, width]) => `input [${width - 1}:0] ${label}`).join(", ")});`,
    ...["one", "two"].flatMap((side) => Object.entries(outputs).map(([label, width]) => `  wire [${width - 1}:0] ${side}_${label};`)),
    instance("ours", "one", pins.hdlGen, names),
    instance(name, "two", pins[other], names),
    `  always @* assert ({${names.map((label) => `one_${label}`).join(", ")}} == {${names.map((label) => `two_${label}`).join(", ")}});`,
    "endmodule",
    "",
  ].join("\n");
  const file = (label: string): string => join(folder, `${name}-${other}-${label}.v`);
  writeFileSync(file("ours"), text);
  writeFileSync(file("top"), top);
  const theirs = join(here, "comparison", "verilog", `${name}.${other}.v`);
  const reset = "rst" in inputs ? `-seq ${CYCLES} -prove-skip 1 -set-at 1 rst 1` : "";
  const script = [
    `read_verilog ${file("ours")}; rename ${name} ours`,
    `read_verilog -sv ${theirs}; read_verilog -sv ${file("top")}`,
    "hierarchy -top top; proc; flatten; opt_clean",
    `sat -verify -prove-asserts -show-all ${reset} top`,
  ].join("; ");
  const { status, stdout, stderr } = spawnSync("yosys", ["-p", script], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

for (const other of ["amaranth", "chisel"] as const) {
  test(`the timer in ${other} does the same`, () => {
    const inputs = { clk: 1, rst: 1, select: 1, write: 1, address: 4, wdata: 32 };
    const { status, said } = prove({ name: "timer", other, inputs, outputs: { rdata: 32, interrupt: 1 }, text: verilog(timer), pins: timers });
    assert.is(status, 0, said.slice(-3000));
  });

  test(`the decoder in ${other} does the same`, () => {
    const outputs = { unit: 2, bytes: 2, writes: 1 };
    const { status, said } = prove({ name: "decoder", other, inputs: { opcode: 8 }, outputs, text: verilog(decoder), pins: decoders });
    assert.is(status, 0, said.slice(-3000));
  });
}

test("two timers that differ are told apart", () => {
  const text = verilog(timer).replace("limit_cycles <= 16'hffff", "limit_cycles <= 16'd9");
  const inputs = { clk: 1, rst: 1, select: 1, write: 1, address: 4, wdata: 32 };
  const { status } = prove({ name: "timer", other: "amaranth", inputs, outputs: { rdata: 32, interrupt: 1 }, text, pins: timers });
  assert.is.not(status, 0);
});

test("the designs that are not hdl-gen's are stored with what their sources were made into", () => {
  for (const design of ["timer", "merge", "decoder"]) {
    assert.match(readFileSync(join(here, "comparison", "verilog", `${design}.amaranth.v`), "utf8"), "Generated by Amaranth");
    assert.match(readFileSync(join(here, "comparison", "verilog", `${design}.chisel.v`), "utf8"), "Generated by CIRCT firtool");
  }
});

test.run();
