// The Verilog, as a person would read it. Source lines are left out of the expected text, but for the tests about them.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { array, asyncInput, cat, constant, decode, enumeration, input, instanceTree, module, mux, output, reg, regNoReset, select, verilog, type Design } from "../index.ts";

const test = suite("Verilog");

/** The modules without the first and last lines of the file and without source lines. */
function bare(design: Design): string {
  const lines = verilog(design).split("\n").slice(3, -2);
  const own = lines.filter((line) => !/^\/\/ \S+\.ts:\d+$/.test(line));
  return `\n${own.map((line) => line.replace(/ *\/\/ \S+\.ts:\d+$/, "")).join("\n").trim()}\n`;
}

const inverter = () => module("inverter", "", { a: input(4), y: output(4) }, (_m, io) => { io.y.value = io.a.not(); });

const make = (): string => verilog(module("same", "", { a: input(8), y: output(8) }, (m, io) => {
  const { sum } = m.nets({ sum: io.a.add(1) });
  io.y.value = sum;
}));

const Op = enumeration("op", ["add", "sub", "and", "or"]);

test("a module has its names, its comments and its conditions", () => {
  const alu = module("alu", "Adds and more.\nOne cycle.", {
    op: input(Op, "what to do"),
    a: input(8),
    b: input(8),
    result: output(8),
    flags: { zero: output(1, "the result is 0") },
  }, (m, io) => {
    const { other } = m.nets({ other: mux(io.op.is("sub"), io.b.not(), io.b) });
    m.match(io.op, [
      [["add", "sub"], () => { io.result.value = io.a.add(other).add(io.op.is("sub").zext(8)); }],
      ["and", () => { io.result.value = io.a.and(io.b); }],
    ], () => { io.result.value = io.a.or(io.b); });
    io.flags.zero.value = io.result.eq(0);
  });
  assert.snapshot(bare(alu), `
// Adds and more.
// One cycle.
module alu (
  input  wire [1:0] op,  // what to do
  input  wire [7:0] a,
  input  wire [7:0] b,
  output reg  [7:0] result,
  output wire       flags_zero  // the result is 0
);
  localparam [1:0] OP_ADD = 2'd0;
  localparam [1:0] OP_SUB = 2'd1;
  localparam [1:0] OP_AND = 2'd2;
  wire [7:0] other;

  assign other = (op == OP_SUB) ? ~b : b;
  assign flags_zero = result == 8'd0;

  always @* begin
    case (op)
      OP_ADD, OP_SUB: begin
        result = a + other + {7'd0, op == OP_SUB};
      end
      OP_AND: begin
        result = a & b;
      end
      default: begin
        result = a | b;
      end
    endcase
  end
endmodule
`);
});

test("registers have one process for each group, with reset or without", () => {
  const stage = module("stage", "", { go: input(1), data: input(8), out: output(8), busy: output(1) }, (m, io) => {
    const r = m.regs({ valid: reg(1, 0, "data holds something"), count: reg(4, 9), held: { data: regNoReset(8) } });
    m.when(io.go, () => {
      r.held.data.next = io.data;
      r.count.next = r.count.sub(1);
    }).elsewhen(r.valid, () => { r.count.next = 9; });
    r.valid.next = io.go;
    io.out.value = r.held.data;
    io.busy.value = r.valid.and(r.count.any());
  });
  assert.snapshot(bare(stage), `
module stage (
  input  wire       clk,
  input  wire       rst,
  input  wire       go,
  input  wire [7:0] data,
  output wire [7:0] out,
  output wire       busy
);
  reg  valid;  // data holds something
  reg  [3:0] count;
  reg  [7:0] held_data;

  assign out = held_data;
  assign busy = valid & (|count);

  always @(posedge clk) begin
    if (rst) begin
      valid <= 1'b0;
    end else begin
      valid <= go;
    end
  end

  always @(posedge clk) begin
    if (rst) begin
      count <= 4'd9;
    end else begin
      if (go) begin
        count <= count - 4'd1;
      end else if (valid) begin
        count <= 4'd9;
      end
    end
  end

  always @(posedge clk) begin
    if (go) begin
      held_data <= data;
    end
  end
endmodule
`);
});

test("a state machine keeps the names of its states", () => {
  const blink = module("blink", "", { go: input(1), lit: output(1) }, (m, io) => {
    const state = m.fsm("state", { off: (go) => { m.when(io.go, () => go("on")); }, on: (go) => go("off") });
    io.lit.value = state.on;
  });
  assert.snapshot(bare(blink), `
module blink (
  input  wire clk,
  input  wire rst,
  input  wire go,
  output wire lit
);
  localparam STATE_OFF = 1'b0;
  localparam STATE_ON = 1'b1;
  reg  state;  // off, on

  assign lit = state == STATE_ON;

  always @(posedge clk) begin
    if (rst) begin
      state <= STATE_OFF;
    end else begin
      case (state)
        STATE_OFF: begin
          if (go) begin
            state <= STATE_ON;
          end
        end
        default: begin  // STATE_ON
          state <= STATE_OFF;
        end
      endcase
    end
  end
endmodule
`);
});

test("a decode table is a casez", () => {
  const decoder = module("decoder", "", { opcode: input(4), jumps: output(1), size: output(2) }, (m, io) => {
    const d = decode(m, io.opcode, { unit: ["none", "alu", "jump"], bytes: 2 }, {
      "00??": { unit: "alu", bytes: 1 },
      "0111": { unit: "jump", bytes: 2 },
      otherwise: {},
    });
    io.jumps.value = d.unit.is("jump");
    io.size.value = d.bytes;
  });
  assert.snapshot(bare(decoder), `
module decoder (
  input  wire [3:0] opcode,
  output wire       jumps,
  output wire [1:0] size
);
  localparam [1:0] UNIT_NONE = 2'd0;
  localparam [1:0] UNIT_ALU = 2'd1;
  localparam [1:0] UNIT_JUMP = 2'd2;
  reg  [1:0] unit;
  reg  [1:0] bytes;

  assign jumps = unit == UNIT_JUMP;
  assign size = bytes;

  always @* begin
    unit = UNIT_NONE;
    bytes = 2'd0;
    casez (opcode)
      4'b00??: begin
        unit = UNIT_ALU;
        bytes = 2'd1;
      end
      4'b0111: begin
        unit = UNIT_JUMP;
        bytes = 2'd2;
      end
      default: ;
    endcase
  end
endmodule
`);
});

test("memories take the form that synthesis knows", () => {
  const store = module("store", "", {
    address: input(4), data: input(16), lanes: input(2), write: input(1), enable: input(1), now: output(16), later: output(16), both: output(16),
  }, (m, io) => {
    const words = m.memory("words", { width: 16, depth: 16, doc: "what is kept" });
    words.write({ address: io.address, data: io.data, enable: io.write });
    io.now.value = words.readAsync(io.address);
    const dual = m.memory("dual", { width: 16, depth: 16, init: { file: "dual.hex" }, collisions: "undefined" });
    io.later.value = dual.readSync("dual_read", { address: io.address, enable: io.enable });
    io.both.value = dual.port("dual_port", { address: io.address, enable: io.enable, write: io.write, data: io.data, byteEnable: io.lanes });
  });
  const text = bare(store);
  assert.match(text, `
  reg  [15:0] words [0:15];  // what is kept
  (* no_rw_check *) reg  [15:0] dual [0:15];
  initial $readmemh("dual.hex", dual);
`);
  assert.match(text, `
  always @(posedge clk) if (write) begin
    words[address] <= data;
  end

  always @(posedge clk) if (enable) begin
    dual_read <= dual[address];
  end

  always @(posedge clk) if (enable) begin
    if (write) begin
      if (lanes[0]) dual[address][7:0] <= data[7:0];
      if (lanes[1]) dual[address][15:8] <= data[15:8];
    end
    dual_port <= dual[address];
  end
`);
});

test("instances are connected by name, and a module made twice is written once", () => {
  const twice = module("twice", "", { a: array(2, input(4)), y: output(4) }, (m, io) => {
    const [first, second] = io.a.map((a, i) => m.instance(`u${i}`, inverter(), { a }));
    io.y.value = (first?.y ?? constant(0, 4)).and(second?.y ?? 0);
  });
  assert.snapshot(bare(twice), `
module inverter (
  input  wire [3:0] a,
  output wire [3:0] y
);
  assign y = ~a;
endmodule

module twice (
  input  wire [3:0] a_0,
  input  wire [3:0] a_1,
  output wire [3:0] y
);
  wire [3:0] u0_y;
  inverter u0 (
    .a(a_0),
    .y(u0_y)
  );

  wire [3:0] u1_y;
  inverter u1 (
    .a(a_1),
    .y(u1_y)
  );

  assign y = u0_y & u1_y;
endmodule
`);
});

test("the tree of instances says what state each one holds", () => {
  const ram = module("ram", "", { a: input(4), y: output(8) }, (m, io) => {
    io.y.value = m.memory("words", { width: 8, depth: 16 }).readSync("word", { address: io.a });
  });
  const top = module("pair", "", { a: input(4), y: output(8) }, (m, io) => {
    const r = m.regs({ held: reg(1) });
    r.held.next = io.a.any();
    io.y.value = mux(r.held, m.instance("left", ram, { a: io.a }).y, m.instance("right", ram, { a: io.a }).y);
  });
  assert.snapshot(instanceTree(top), [
    "top      pair  1 register bit",
    "  left   ram   8 register bits, 128 memory bits",
    "  right  ram   8 register bits, 128 memory bits",
    "",
  ].join("\n"));
});

test("properties stand under FORMAL, and speak of the branch they stand in", () => {
  const counter = module("counter", "", { up: input(1), y: output(4) }, (m, io) => {
    const r = m.regs({ count: reg(4) });
    m.when(io.up, () => {
      r.count.next = r.count.add(1);
      m.cover("wraps", r.count.all());
    });
    io.y.value = r.count;
    m.assert("in_range", r.count.le(15));
  });
  assert.match(bare(counter), `
\`ifdef FORMAL
  always @(posedge clk) if (!rst) begin
    if (up) wraps: cover (&count);
    in_range: assert (count <= 4'hf);
  end
\`endif
`);
});

test("an asynchronous input goes through two registers, and what is not used is said to be", () => {
  const pins = module("pins", "", { pin: asyncInput(2), y: output(1) }, (m, io) => {
    const stable = m.synchronize("stable", io.pin);
    m.unused(stable.bit(1));
    io.y.value = stable.bit(0);
  });
  const text = bare(pins);
  assert.match(text, "      stable_meta <= pin;\n      stable <= stable_meta;\n");
  assert.match(text, "\n  wire unused = &{1'b0, stable[1]};\n");
});

test("operators that differ stand in parentheses, and a long line is broken", () => {
  const mixed = module("mixed", "", { a: input(8), b: input(8), i: input(2), y: output(8), z: output(8), w: output(8) }, (_m, io) => {
    const { a, b } = io;
    io.y.value = a.and(b).or(a.xor(b).not()).add(a.sar(2)).sub(b.shl(a.slice(2, 0)));
    io.z.value = select(io.i, [a.add(b), a.sub(b), cat(a.slice(3, 0), b.slice(7, 4)).as(8), a.and(b).or(a).xor(b).add(a).sub(b)]);
    io.w.value = mux(a.ltSigned(b), a, mux(a.eq(b), b, 0));
  });
  assert.match(bare(mixed), `
  assign y = (((a & b) | ~(a ^ b)) + $unsigned($signed(a) >>> 2'd2)) - (b << a[2:0]);
  assign z = i[1] ? (i[0] ? (((((a & b) | a) ^ b) + a) - b) : {a[3:0], b[7:4]}) : i[0] ? (a - b) :
      a + b;
  assign w = ($signed(a) < $signed(b)) ? a : (a == b) ? b : 8'd0;
`);
});

test("every statement names its source line", () => {
  const text = verilog(module("sourced", "", { a: input(1), y: output(1) }, (_m, io) => { io.y.value = io.a; }));
  assert.match(text, /\/\/ hdl-gen\/verilog\/verilog\.test\.ts:\d+\nmodule sourced/);
  assert.match(text, /assign y = a;  \/\/ hdl-gen\/verilog\/verilog\.test\.ts:\d+/);
});

test("the same source gives the same bytes", () => {
  assert.is(make(), make());
});

test("block RAM is inferred, with byte enables and two ports, on ECP5 and iCE40", () => {
  const ram = module("ram", "", {
    a: { address: input(10), data: input(32), lanes: input(4), write: input(1), out: output(32) },
    b: { address: input(10), out: output(32) },
  }, (m, io) => {
    const words = m.memory("words", { width: 32, depth: 1024, collisions: "undefined" });
    io.a.out.value = words.port("port_a", { address: io.a.address, enable: constant(1, 1), write: io.a.write, data: io.a.data, byteEnable: io.a.lanes });
    io.b.out.value = words.readSync("port_b", { address: io.b.address });
  });
  const folder = join("build", "hdl-verilog");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "ram.v");
  writeFileSync(file, verilog(ram));
  const cells = (command: string): string =>
    execFileSync("yosys", ["-p", `read_verilog ${file}; ${command} -top ram; check -assert; stat`], { encoding: "utf8" });
  assert.match(cells("synth_ecp5"), /DP16KD +2\n/);
  assert.match(cells("synth_ice40"), /SB_RAM40_4K +\d+\n/);
});

test.run();
