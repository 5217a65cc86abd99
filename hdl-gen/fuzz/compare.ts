// The same designs under the same inputs in our simulator, in Icarus Verilog and in Verilator: every bit of every
// output must agree in every cycle.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { simulate, verilog, type Design, type Signal } from "../index.ts";
import type { Random } from "./random.ts";

export interface Case {
  readonly design: Design;
  /** For each cycle the inputs, first input highest, with the reset as one bit above them all. */
  readonly stimulus: readonly bigint[];
}

const ins = (design: Design): Signal[] => design.signals.filter((s) => s.kind === "input");
const outs = (design: Design): Signal[] => design.signals.filter((s) => s.kind === "output");
const total = (signals: readonly Signal[]): number => signals.reduce((sum, s) => sum + s.width, 0);

export function randomCase(r: Random, design: Design, cycles: number): Case {
  const inputs = ins(design);
  let held = inputs.map((s) => r.bits(s.width));
  const stimulus = Array.from({ length: cycles }, (_, cycle) => {
    held = held.map((value, i) => (r.oneIn(2) ? value : r.bits(inputs[i]?.width ?? 1)));
    const reset = cycle < 2 || r.oneIn(40);
    const packed = inputs.reduce((all, s, i) => (all << BigInt(s.width)) | (held[i] ?? 0n), 0n);
    return (reset ? 1n << BigInt(total(inputs)) : 0n) | packed;
  });
  return { design, stimulus };
}

export interface Recorder {
  /** To be called before each clock edge. */
  readonly see: (simulation: { peek(label: string): number | bigint }) => void;
  readonly recorded: Case;
  /** As another tool should print them; of the cycles in reset nothing is known. */
  readonly outputs: readonly (string | undefined)[];
}

/** Takes down what goes into a simulation and what comes out, for another tool to do the same; no more than so many cycles. */
export function recorder(design: Design, { reset_cycles = 1, cycles_max = Number.POSITIVE_INFINITY } = {}): Recorder {
  const [inputs, outputs] = [ins(design), outs(design)];
  const resetting = 1n << BigInt(total(inputs));
  const stimulus = Array.from({ length: reset_cycles }, () => resetting);
  const seen: (string | undefined)[] = Array.from({ length: reset_cycles }, () => undefined);
  return {
    recorded: { design, stimulus },
    outputs: seen,
    see(simulation) {
      if (stimulus.length >= cycles_max) return;
      const packed = (signals: readonly Signal[]): bigint =>
        signals.reduce((all, s) => (all << BigInt(s.width)) | BigInt(simulation.peek(s.label)), 0n);
      stimulus.push(packed(inputs));
      seen.push(hex(packed(outputs), total(outputs)));
    },
  };
}

/** For each cycle the outputs, first output highest, in hexadecimal. */
export function runHere({ design, stimulus }: Case): string[] {
  const simulation = simulate(design);
  const inputs = ins(design);
  return stimulus.map((vector) => {
    let rest = vector;
    for (const s of inputs.toReversed()) {
      simulation.poke(s.label, BigInt.asUintN(s.width, rest));
      rest >>= BigInt(s.width);
    }
    const packed = outs(design).reduce((all, s) => (all << BigInt(s.width)) | BigInt(simulation.peek(s.label)), 0n);
    if (rest === 1n) simulation.reset();
    else simulation.step();
    return hex(packed, total(outs(design)));
  });
}

const hex = (value: bigint, width: number): string => value.toString(16).padStart(Math.ceil(width / 4), "0");

/** A Verilog module that feeds all designs and prints their outputs, and the file of inputs it reads. */
export function bench(cases: readonly Case[], folder: string): { readonly text: string; readonly files: ReadonlyMap<string, string> } {
  const files = new Map<string, string>();
  const lines = ["module bench (input clk);", "  integer cycle = 0;", "  always @(posedge clk) cycle <= cycle + 1;"];
  cases.forEach(({ design, stimulus }, i) => {
    const width = 1 + total(ins(design));
    const file = join(folder, `stimulus${i}.hex`);
    files.set(file, `${stimulus.map((v) => v.toString(16)).join("\n")}\n`);
    lines.push(`  reg [${width - 1}:0] stimulus${i} [0:${stimulus.length - 1}];`);
    lines.push(`  initial $readmemh("${file}", stimulus${i});`);
    lines.push(`  wire [${width - 1}:0] now${i} = stimulus${i}[cycle];`);
    lines.push(`  wire [${total(outs(design)) - 1}:0] out${i};`);
    const pins = [
      ...(design.clocked ? [".clk(clk)"] : []),
      ...(design.resettable ? [`.rst(now${i}[${width - 1}])`] : []),
      ...slices(ins(design), `now${i}`),
      ...slices(outs(design), `out${i}`),
    ];
    lines.push(`  ${design.name} dut${i} (${pins.join(", ")});`);
    lines.push(`  always @(posedge clk) if (cycle < ${stimulus.length}) $display("${i} %h", out${i});`);
  });
  return { text: [...lines, "endmodule", ""].join("\n"), files };
}

function slices(signals: readonly Signal[], vector: string): string[] {
  let at = total(signals);
  return signals.map((s) => {
    at -= s.width;
    return `.${s.label}(${vector}[${at + s.width - 1}:${at}])`;
  });
}

/** All state starts at 0, as it does here; Icarus would start with x. */
function deposits(cases: readonly Case[]): string[] {
  return cases.flatMap(({ design }, i) => {
    const walk = (of: Design, path: string): string[] => [
      ...of.signals.filter((s) => s.kind === "register" || s.kind === "read").map((s) => `${path}.${s.label} = 0;`),
      ...of.instances.flatMap((instance) => walk(instance.of, `${path}.${instance.label}`)),
    ];
    return walk(design, `bench.dut${i}`);
  });
}

function run(command: string, args: readonly string[]): { readonly output: string; readonly warnings: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${stderr}`);
  return { output: stdout, warnings: stderr };
}

/** Writes designs and bench; gives the files a tool must read. */
export function prepare(cases: readonly Case[], folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const { text, files } = bench(cases, folder);
  for (const [file, content] of files) writeFileSync(file, content);
  const designs = cases.map(({ design }) => {
    const file = join(folder, `${design.name}.v`);
    writeNew(file, verilog(design));
    return file;
  });
  const benchFile = join(folder, "bench.v");
  writeNew(benchFile, text);
  return [...designs, benchFile];
}

/** What is there already stays as it is: nothing is built again for the same design with other inputs. */
function writeNew(file: string, content: string): void {
  if (!existsSync(file) || readFileSync(file, "utf8") !== content) writeFileSync(file, content);
}

/** For each case the lines it printed. */
function sorted(output: string, count: number): string[][] {
  const lines: string[][] = Array.from({ length: count }, () => []);
  for (const line of output.split("\n")) {
    const [index, value] = line.split(" ");
    if (value !== undefined) lines[Number(index)]?.push(value);
  }
  return lines;
}

/**
 * Icarus drops a branch that it finds never to be taken, and then never runs a block that has nothing left to read.
 * Only logic made at random is so pointless; a design that this happens to is left to the other tools.
 */
const NEVER_RUNS = "found no sensitivities so it will never trigger";

/** Undefined for a design that Icarus cannot run. */
export function runIcarus(cases: readonly Case[], folder: string): (string[] | undefined)[] {
  const files = prepare(cases, folder);
  const cycles = Math.max(...cases.map((c) => c.stimulus.length));
  const top = [
    "module top;",
    "  reg clk = 0;",
    "  bench bench (.clk(clk));",
    `  initial begin #1; ${deposits(cases).join(" ")} repeat (${2 * cycles + 2}) #5 clk = ~clk; end`,
    "endmodule",
    "",
  ].join("\n");
  const topFile = join(folder, "top.v");
  const program = join(folder, "icarus.vvp");
  writeFileSync(topFile, top);
  const { warnings } = run("iverilog", ["-g2005", "-s", "top", "-o", program, ...files, topFile]);
  const skipped = warnings.split("\n").filter((line) => line.includes(NEVER_RUNS));
  const lines = sorted(run("vvp", [program]).output, cases.length);
  return cases.map(({ design }, i) => (skipped.some((line) => line.includes(`/${design.name}.v:`)) ? undefined : lines[i]));
}

/** Warnings about random designs that say nothing about the Verilog writer: nobody wrote them for a purpose. */
const POINTLESS = ["UNUSEDSIGNAL", "UNUSEDPARAM", "CMPCONST", "UNSIGNED"];

const MAIN = `#include "Vbench.h"
#include "verilated.h"
#include <cstdlib>
int main(int argc, char** argv) {
  Vbench bench;
  bench.clk = 0;
  bench.eval();
  for (int i = 0; i < 2 * std::atoi(argv[1]) + 2; i++) { bench.clk = !bench.clk; bench.eval(); }
}
`;

export function runVerilator(cases: readonly Case[], folder: string): string[][] {
  const files = prepare(cases, folder);
  const designs = files.slice(0, -1);
  const quiet = POINTLESS.map((warning) => `-Wno-${warning}`);
  for (const file of designs) run("verilator", ["--lint-only", "-Wall", ...quiet, file]);
  const main = join(folder, "main.cpp");
  writeNew(main, MAIN);
  const built = join(folder, "verilated");
  run("verilator", [
    "--cc", "--exe", "--build", "-O0", "--x-initial", "0", "--x-assign", "0", "-Wno-fatal", "-Wno-lint", "-CFLAGS", "-O0",
    "--top-module", "bench", "--Mdir", built, ...files, join("..", "main.cpp"),
  ]);
  const cycles = Math.max(...cases.map((c) => c.stimulus.length));
  return sorted(run(join(built, "Vbench"), [String(cycles)]).output, cases.length);
}

/**
 * What Yosys makes of the designs: no latch, and no loop. (A register whose enable happens never to hold it calls
 * undriven; designs made at random have such.) Gives its complaint, or nothing.
 */
export function checkWithYosys(cases: readonly Case[], folder: string): string | undefined {
  const files = prepare(cases, folder).slice(0, -1);
  const script = `read_verilog ${files.join(" ")}; hierarchy -check; proc; select -assert-none t:$dlatch t:$adlatch; check`;
  const { status, stdout, stderr } = spawnSync("yosys", ["-q", "-p", script], { encoding: "utf8", maxBuffer: 2 ** 28 });
  const loops = stderr.split("\n").filter((line) => line.includes("loop"));
  return status === 0 && loops.length === 0 ? undefined : `Yosys: ${stdout}${stderr}`;
}

/** The first cycle in which two runs differ, told so that a person can find it. */
export function firstDifference(
  { design }: Case, ours: readonly (string | undefined)[], theirs: readonly string[], tool: string,
): string | undefined {
  const cycle = ours.findIndex((line, i) => line !== undefined && line !== theirs[i]);
  if (cycle < 0) return theirs.length === ours.length ? undefined : `${design.name}: ${tool} printed ${theirs.length} cycles, not ${ours.length}`;
  const a = BigInt(`0x${ours[cycle]}`);
  const b = theirs[cycle];
  if (b === undefined || /[xz]/i.test(b)) return `${design.name}, cycle ${cycle}: ${tool} says ${b}, hdl-gen says ${ours[cycle]}`;
  const wrong = BigInt(`0x${b}`) ^ a;
  let at = total(outs(design));
  const labels = outs(design).filter((s) => {
    at -= s.width;
    return BigInt.asUintN(s.width, wrong >> BigInt(at)) !== 0n;
  });
  return `${design.name}, cycle ${cycle}: ${tool} says ${b}, hdl-gen says ${ours[cycle]}; outputs ${labels.map((s) => s.label).join(", ")}`;
}
