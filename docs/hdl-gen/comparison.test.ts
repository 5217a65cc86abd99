// The comparison is of designs that do the same: Yosys shows that timer and decoder of the other languages, as stored
// in comparison/verilog, have the outputs of hdl-gen's. (The two that merge streams may begin with another stream.)
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { verilog } from "#hdl-gen";
import { decoder } from "./comparison/decoder.ts";
import { timer } from "./comparison/timer.ts";

const stored = fileURLToPath(new URL("comparison/verilog", import.meta.url));
const folder = fileURLToPath(new URL("../../build/comparison", import.meta.url));
const test = suite("comparison");
/** The first is the reset; in the others a timer can be set, expire, and be cleared. */
const CYCLES = 10;

type Side = "ours" | "amaranth" | "chisel";
/** By a pin of that side's module, what the comparison calls it. */
type Pins = Readonly<Record<string, string>>;

interface Compared {
  readonly name: string;
  readonly text: string;
  readonly inputs: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, number>>;
  readonly pins: Readonly<Record<Side, Pins>>;
}

const same = (...names: readonly string[]): Pins => Object.fromEntries(names.map((name) => [name, name]));
const prefixed = (prefix: string, ...names: readonly string[]): Pins =>
  Object.fromEntries(names.map((name) => [prefix + name, name]));
const bus = ["select", "write", "address", "wdata", "rdata"];

const timers: Compared = {
  name: "timer",
  text: verilog(timer),
  inputs: { clk: 1, rst: 1, select: 1, write: 1, address: 4, wdata: 32 },
  outputs: { rdata: 32, interrupt: 1 },
  pins: {
    ours: { ...same("clk", "rst"), ...prefixed("bus_", ...bus), interrupt_request: "interrupt" },
    amaranth: same("clk", "rst", ...bus, "interrupt"),
    chisel: { clock: "clk", reset: "rst", ...prefixed("io_", ...bus, "interrupt") },
  },
};
const decoders: Compared = {
  name: "decoder",
  text: verilog(decoder),
  inputs: { opcode: 8 },
  outputs: { unit: 2, bytes: 2, writes: 1 },
  pins: {
    ours: { opcode: "opcode", ...prefixed("needs_", "unit", "bytes", "writes") },
    amaranth: same("opcode", "unit", "bytes", "writes"),
    chisel: { clock: "1'b0", reset: "1'b0", ...prefixed("io_", "opcode", "unit", "bytes", "writes") },
  },
};

/** A module with both inside, and the assertion that their outputs agree. */
function sideBySide({ name, inputs, outputs, pins }: Compared, other: Side): string {
  const names = Object.keys(outputs);
  const instance = (module: string, label: string, of: Pins): string => {
    const connections = Object.entries(of).map(([pin, wire]) => `.${pin}(${names.includes(wire) ? `${label}_${wire}` : wire})`);
    return `  ${module} ${label} (${connections.join(", ")});`;
  };
  const wires = (label: string): string[] =>
    Object.entries(outputs).map(([output, width]) => `  wire [${width - 1}:0] ${label}_${output};`);
  const all = (label: string): string => `{${names.map((output) => `${label}_${output}`).join(", ")}}`;
  return [
    `module top (${Object.entries(inputs).map(([input, width]) => `input [${width - 1}:0] ${input}`).join(", ")});`,
    ...wires("one"),
    ...wires("two"),
    instance("ours", "one", pins.ours),
    instance(name, "two", pins[other]),
    `  always @* assert (${all("one")} == ${all("two")});`,
    "endmodule",
    "",
  ].join("\n");
}

/** What Yosys says: nothing if the outputs always agree, after a reset if there is one. */
function difference(compared: Compared, other: Side): string | undefined {
  mkdirSync(folder, { recursive: true });
  const file = (label: string): string => join(folder, `${compared.name}-${other}-${label}.v`);
  writeFileSync(file("ours"), compared.text);
  writeFileSync(file("top"), sideBySide(compared, other));
  const reset = "rst" in compared.inputs ? `-seq ${CYCLES} -prove-skip 1 -set-at 1 rst 1` : "";
  const script = [
    `read_verilog ${file("ours")}; rename ${compared.name} ours`,
    `read_verilog -sv ${join(stored, `${compared.name}.${other}.v`)}; read_verilog -sv ${file("top")}`,
    "hierarchy -top top; proc; flatten; opt_clean",
    `sat -verify -prove-asserts -show-all ${reset} top`,
  ].join("; ");
  const { status, stdout, stderr } = spawnSync("yosys", ["-p", script], { encoding: "utf8" });
  return status === 0 ? undefined : (stdout + stderr).slice(-3000);
}

for (const compared of [timers, decoders]) {
  for (const other of ["amaranth", "chisel"] as const) {
    test(`the ${compared.name} in ${other} does the same`, () => {
      assert.is(difference(compared, other), undefined);
    });
  }
}

test("two timers that differ are told apart", () => {
  const text = timers.text.replace("limit_cycles <= 16'hffff", "limit_cycles <= 16'd9");
  assert.is.not(text, timers.text);
  assert.match(difference({ ...timers, text }, "amaranth") ?? "", "proof did fail");
});

test("what is stored of the other languages is what their compilers wrote", () => {
  for (const design of ["timer", "merge", "decoder"]) {
    assert.match(readFileSync(join(stored, `${design}.amaranth.v`), "utf8"), "Generated by Amaranth");
    assert.match(readFileSync(join(stored, `${design}.chisel.v`), "utf8"), "Generated by CIRCT firtool");
  }
});

test.run();
