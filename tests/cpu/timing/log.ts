// What the core did, clock by clock: a monitor bound to the execute stage of the Verilated core prints a line for each
// completed instruction and each exception, with the architectural state before and after it. Nothing of the pipeline is
// in it but the number of the clock; what of memory decides the way, descriptors, is printed as it was read.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { BUILD } from "../../../commands/paths.ts";
import { Width } from "../../../soc/cpu/flags.ts";
import { Memory, Segment, System } from "../../../soc/cpu/microop.ts";
import { buildBare, type Bare } from "../bare/build.ts";
import { cpuVerilog } from "../bare/verilog.ts";

const effect = (name: (typeof System)["names"][number]): string => `6'd${System.names.indexOf(name)}`;

const access = (name: (typeof Memory)["names"][number]): string => `3'd${Memory.names.indexOf(name)}`;

// The lines: B how wide code is; Q a descriptor's upper doubleword that protection asks about, for which segment
// register; S a selector to be loaded; T a task switch; W where a store goes; R an instruction completed; D an exception
// or interrupt; H its handler entered; C an access that goes on in the next page; U a pair in three words; P a walk of page tables.
const monitor = `
module execution_log (
  input wire        clk,
  input wire        rst,
  input wire        begins,
  input wire        completes,
  input wire [5:0]  effect,
  input wire [3:0]  target,
  input wire        stores,
  input wire [31:0] linear,
  input wire        last,
  input wire        retired,
  input wire        delivers,
  input wire        by_itself,
  input wire        delivering,
  input wire        has_error_code,
  input wire [31:0] eip,
  input wire [7:0]  vector,
  input wire [31:0] flags,
  input wire        real_mode,
  input wire        protected_mode,
  input wire        virtual_8086,
  input wire        checks_ports,
  input wire        paging,
  input wire        crosses_page,
  input wire        loads,
  input wire        pair,
  input wire [1:0]  cpl,
  input wire [1:0]  cpl_after,
  input wire [31:0] a,
  input wire [31:0] b,
  input wire [3:0]  write_number,
  input wire [3:0]  write_lanes,
  input wire [31:0] write_value
);
  reg [31:0] cycle = 0, eax = 0, ecx = 0, edx = 0;
  reg [6:0]  mode_before = 0;
  wire [6:0] mode_now = {paging, real_mode, protected_mode, virtual_8086, checks_ports, cpl};
  wire [6:0] mode = begins ? mode_now : mode_before;
  wire [31:0] lanes = {{8{write_lanes[3]}}, {8{write_lanes[2]}}, {8{write_lanes[1]}}, {8{write_lanes[0]}}};
  wire [31:0] eax_after = write_number == 4'd0 ? (eax & ~lanes) | (write_value & lanes) : eax;
  wire [31:0] ecx_after = write_number == 4'd1 ? (ecx & ~lanes) | (write_value & lanes) : ecx;
  wire [31:0] edx_after = write_number == 4'd2 ? (edx & ~lanes) | (write_value & lanes) : edx;
  wire loads_descriptor = effect == ${effect("load_descriptor")} | effect == ${effect("load_handler")};
  wire asks = effect == ${effect("require_descriptor")} | effect == ${effect("open_gate")} | loads_descriptor;
  wire selects = effect == ${effect("set_selector")} | effect == ${effect("return_selector")};
  always @(posedge clk) begin
    cycle <= cycle + 1;
    eax <= eax_after;
    ecx <= ecx_after;
    edx <= edx_after;
    mode_before <= mode;
    if (~rst & completes & asks) $display("Q %h %0d %b", a, target, loads_descriptor);
    if (~rst & completes & selects) $display("S %h", b[15:0]);
    if (~rst & completes & effect == ${effect("set_task_switched")}) $display("T");
    if (~rst & completes & stores) $display("W %h", linear);
    if (~rst & completes & pair & (|linear[1:0])) $display("U");
    if (~rst & completes & crosses_page & (stores | loads)) $display("C %b", stores);
    if (~rst & retired)
      $display("R %0d %h %h %h %h %h %b %0d", cycle, eip, eax_after, ecx_after, edx_after, flags, mode, cpl_after);
    if (~rst & delivers) $display("D %0d %h %b %h %b", cycle, eip, mode, vector, by_itself);
    if (~rst & completes & last & delivering) $display("H %b %b %0d", has_error_code, mode_now, cpl_after);
  end
endmodule
bind execute_stage execution_log log (
  .clk(clk), .rst(rst), .begins(held_valid & held_first), .completes(completes),
  .effect(held_system), .target(held_target),
  .pair(held_source == 2'd${Width.names.indexOf("pair")}), .paging(paging_enabled), .crosses_page(held_crosses_page),
  .loads(held_memory == ${access("load")} | held_memory == ${access("modify")}),
  .stores(held_memory == ${access("store")}), .linear(held_linear), .last(held_last), .retired(probe_retired),
  .delivers(delivers), .by_itself(faulting & ~interrupted), .delivering(state_delivering),
  .has_error_code(state_has_error_code), .eip(probe_address),
  .vector(again ? 8'd8 : gives_way ? taken_vector : raised), .flags(state_all_flags),
  .real_mode(mode_real), .protected_mode(mode_protected_mode), .virtual_8086(mode_virtual_8086),
  .checks_ports(mode_checks_ports), .cpl(state_cpl), .cpl_after(cpl_after), .a(segment_update_a), .b(segment_update_b),
  .write_number(write_number), .write_lanes(write_lanes), .write_value(write_value)
);

module code_size_log (
  input wire clk,
  input wire rst,
  input wire big
);
  reg was_big = 0;
  always @(posedge clk) begin
    was_big <= ~rst & big;
    if (~rst & big != was_big) $display("B %b", big);
  end
endmodule
bind sequencer code_size_log log (.clk(clk), .rst(rst), .big(code_big));

module walk_log (
  input wire        clk,
  input wire        rst,
  input wire        walking,
  input wire        flush,
  input wire        done,
  input wire        faults,
  input wire        by_fetch,
  input wire [19:0] page
);
  reg [31:0] counted = 0;
  wire [31:0] clocks = counted + (walking ? 1 : 0);
  always @(posedge clk) begin
    counted <= rst | done | flush ? 0 : clocks;
    if (~rst & done) $display("P %b %h %0d %b", by_fetch, page, clocks, faults);
  end
endmodule
bind cpu walk_log log (
  .clk(clk), .rst(rst), .walking(probe_walking), .flush(kill), .done(paging_unit_walk_done),
  .faults(paging_unit_walk_faults), .by_fetch(~page_of_data_walks),
  .page(page_of_data_walks ? page_of_data : page_of_fetch)
);
`;

export interface Mode {
  /** Real or virtual-8086 mode. */
  readonly real: boolean;
  readonly protected_mode: boolean;
  readonly virtual_8086: boolean;
  readonly checks_ports: boolean;
  readonly paging: boolean;
  /** CPL. */
  readonly level: number;
  /** Code has 32 bits. */
  readonly big: boolean;
  /** TR holds a TSS of the 386. */
  readonly tss_of_386: boolean;
}

/** A descriptor's upper doubleword as memory had it, before it was marked as accessed. */
export interface Asked {
  readonly high: number;
  /** The segment register that it is loaded for; of a gate or a TSS that is only looked at, none. */
  readonly target: (typeof Segment)["names"][number] | undefined;
}

/** What an instruction or a delivery read of memory to decide its way. */
export interface Seen {
  readonly asked: readonly Asked[];
  readonly selectors: readonly number[];
  readonly switches_task: boolean;
  /** Linear addresses that were stored to. */
  readonly stores: readonly number[];
  /** Accesses that go on in the next page. */
  readonly crossings: { readonly loads: number; readonly stores: number };
  /** In their order. */
  readonly walks: readonly Walk[];
  /** Descriptors and gates in three words. */
  readonly splits: number;
}

/** A walk of page tables, as `probe.walking` counts its clocks. */
export interface Walk {
  readonly by_fetch: boolean;
  readonly page: number;
  readonly clocks: number;
  readonly faults: boolean;
}

export interface Retired extends Seen {
  readonly kind: "retired";
  readonly cycle: number;
  readonly eip: number;
  /** After the instruction. */
  readonly eax: number;
  readonly ecx: number;
  readonly edx: number;
  readonly flags: number;
  readonly level_after: number;
  /** Before it. */
  readonly mode: Mode;
}

/** How a delivery ended. */
export interface Entered extends Seen {
  readonly error_code: boolean;
  /** While it was under way. */
  readonly mode: Mode;
  readonly level_after: number;
}

export interface Delivered extends Pick<Seen, "crossings" | "walks" | "splits"> {
  readonly kind: "delivered";
  readonly cycle: number;
  /** Of the instruction that the exception came from. */
  readonly eip: number;
  readonly vector: number;
  /** A fault; else a trap or an interrupt. */
  readonly fault: boolean;
  readonly mode: Mode;
  /** Of the handler; nothing if that was never entered. */
  readonly entered: Entered | undefined;
}

export type Entry = Retired | Delivered;

/** Of a TSS in its descriptor's upper doubleword (Intel SDM 3, 7.2.2). */
export const of_386_bit = 0x800;

/** The core with the monitor. */
export const buildLogged = async (): Promise<Bare> => buildBare(cpuVerilog() + monitor);

const hex = (text = ""): number => parseInt(text, 16);

/** The monitor's lines as entries. */
export function entries(lines: readonly string[]): Entry[] {
  const found: Entry[] = [];
  let big = false, tss_of_386 = true;
  let asked: Asked[] = [], selectors: number[] = [], stores: number[] = [], switches_task = false;
  let crossings = { loads: 0, stores: 0 }, walks: Walk[] = [], splits = 0;
  const taken = (): Seen => {
    const seen = { asked, selectors, stores, switches_task, crossings, walks, splits };
    const task = asked.findLast(({ target }) => target === "tss");
    if (task !== undefined) tss_of_386 = (task.high & of_386_bit) !== 0;
    [asked, selectors, stores, switches_task] = [[], [], [], false];
    [crossings, walks, splits] = [{ loads: 0, stores: 0 }, [], 0];
    return seen;
  };
  const mode = (bits = ""): Mode => ({
    paging: bits[0] === "1",
    real: bits[1] === "1",
    protected_mode: bits[2] === "1",
    virtual_8086: bits[3] === "1",
    checks_ports: bits[4] === "1",
    level: parseInt(bits.slice(5), 2),
    big,
    tss_of_386,
  });
  for (const line of lines) {
    const [kind, ...f] = line.split(" ");
    switch (kind) {
      case "B": big = f[0] === "1"; break;
      case "Q": asked.push({ high: hex(f[0]), target: f[2] === "1" ? Segment.names[Number(f[1])] : undefined }); break;
      case "S": selectors.push(hex(f[0])); break;
      case "T": switches_task = true; break;
      case "W": stores.push(hex(f[0])); break;
      case "U": splits++; break;
      case "C": crossings[f[0] === "1" ? "stores" : "loads"]++; break;
      case "P":
        walks.push({ by_fetch: f[0] === "1", page: hex(f[1]), clocks: Number(f[2]), faults: f[3] === "1" });
        break;
      case "R":
        found.push({
          kind: "retired", cycle: Number(f[0]), eip: hex(f[1]), eax: hex(f[2]), ecx: hex(f[3]), edx: hex(f[4]),
          flags: hex(f[5]), mode: mode(f[6]), level_after: Number(f[7]), ...taken(),
        });
        break;
      case "D": {
        const seen = taken();
        found.push({
          kind: "delivered", cycle: Number(f[0]), eip: hex(f[1]), mode: mode(f[2]), vector: hex(f[3]),
          fault: f[4] === "1", entered: undefined,
          crossings: seen.crossings, walks: seen.walks, splits: seen.splits,
        });
        break;
      }
      case "H": {
        const last = found.at(-1);
        if (last?.kind !== "delivered") throw new Error("a handler is entered without an exception");
        const entered = { error_code: f[0] === "1", mode: mode(f[1]), level_after: Number(f[2]), ...taken() };
        found[found.length - 1] = { ...last, entered };
        break;
      }
      default:
    }
  }
  return found;
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
    return entries(stdout.split("\n"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
