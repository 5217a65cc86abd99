// What the core did, clock by clock: a monitor bound to the execute stage of the Verilated core prints a line for each
// completed instruction and each exception, with the architectural state after it. Nothing of the pipeline is in it
// but the number of the clock.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { BUILD } from "../../../commands/paths.ts";
import { buildBare, type Bare } from "../bare/build.ts";
import { cpuVerilog } from "../bare/verilog.ts";

const monitor = `
module execution_log (
  input wire        clk,
  input wire        rst,
  input wire        retired,
  input wire        delivers,
  input wire        by_itself,
  input wire [31:0] eip,
  input wire [7:0]  vector,
  input wire [31:0] flags,
  input wire        protected_mode,
  input wire        loads_selector,
  input wire [31:0] selector_value,
  input wire [3:0]  write_number,
  input wire [3:0]  write_lanes,
  input wire [31:0] write_value
);
  reg [31:0] cycle = 0, ecx = 0;
  reg [15:0] selector = 0;
  wire [31:0] written = {{8{write_lanes[3]}}, {8{write_lanes[2]}}, {8{write_lanes[1]}}, {8{write_lanes[0]}}}
    & {32{write_number == 4'd1}};
  wire [31:0] ecx_after = (ecx & ~written) | (write_value & written);
  always @(posedge clk) begin
    cycle <= cycle + 1;
    ecx <= ecx_after;
    if (loads_selector) selector <= selector_value[15:0];
    if (~rst & retired) $display("R %0d %h %h %h %b %h", cycle, eip, ecx_after, flags, protected_mode, selector);
    if (~rst & delivers) $display("D %0d %h %h %b %b", cycle, eip, vector, by_itself, protected_mode);
  end
endmodule
bind execute_stage execution_log log (
  .clk(clk), .rst(rst), .retired(probe_retired), .delivers(delivers), .by_itself(faulting),
  .eip(probe_address), .vector(raised), .flags(state_flags), .protected_mode(state_protected_mode),
  .loads_selector(segment_update_selector), .selector_value(segment_update_b),
  .write_number(write_number), .write_lanes(write_lanes), .write_value(write_value)
);
`;

export type Retired = {
  kind: "retired"; cycle: number; eip: number;
  /** After the instruction. */
  ecx: number; flags: number; protected_mode: boolean;
  /** That which was last loaded into a segment register. */
  selector: number;
};

export type Delivered = {
  kind: "delivered"; cycle: number;
  /** Of the instruction that the exception came from. */
  eip: number;
  vector: number;
  /** A fault; else a trap or an interrupt. */
  fault: boolean;
  protected_mode: boolean;
};

export type Entry = Retired | Delivered;

/** The core with the monitor. */
export const buildLogged = async (): Promise<Bare> => buildBare(cpuVerilog() + monitor);

const hex = (text = ""): number => parseInt(text, 16);

function entry(line: string): Entry | undefined {
  const [kind, cycle, eip, third, fourth, fifth, sixth] = line.split(" ");
  const common = { cycle: Number(cycle), eip: hex(eip), protected_mode: fifth === "1" };
  switch (kind) {
    case "R": return { kind: "retired", ...common, ecx: hex(third), flags: hex(fourth), selector: hex(sixth) };
    case "D": return { kind: "delivered", ...common, vector: hex(third), fault: fourth === "1" };
    default: return undefined;
  }
}

/** Runs an image, whose header says where it begins, until it halts or for so many clocks. */
export function execute({ executable, rom }: Bare, image: Uint8Array, first: number, cycles: number): Entry[] {
  const folders = join(BUILD, "tests");
  mkdirSync(folders, { recursive: true });
  const folder = mkdtempSync(join(folders, "timing-"));
  try {
    const path = join(folder, "image");
    writeFileSync(path, image);
    const { stdout, stderr, error } = spawnSync(executable, ["run", rom, `${path}@${first}`, "--cycles", String(cycles)], {
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    });
    if (error !== undefined) throw error;
    if (!/after \d+ cycles/.test(stdout)) throw new Error(`the core's run broke off: ${stderr}`);
    return stdout.split("\n").flatMap((line) => entry(line) ?? []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
