import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { fromRoot } from "../commands/paths.ts";
import { atomicosConfig, atomicosSoc } from "../soc/soc.ts";
import { BOARDS } from "./boards.ts";
import { boardVerilog, pads } from "./top.ts";

const test = suite("the machine on a board");

const folder = fromRoot("build", "tests", "fpga");
mkdirSync(folder, { recursive: true });

const [board] = BOARDS;
if (board === undefined) throw new Error("there is no board");

// A machine that only shows its reset, and a hand on the button, which reads 0 when pressed.
const bench = `
module board(input wire clk, input wire rst, input wire uart_rx, output wire uart_tx, output wire [7:0] leds);
  assign uart_tx = uart_rx;
  assign leds = {7'd0, rst};
endmodule
module bench;
  reg clock = 0, button = 1;
  wire tx, strap;
  wire [7:0] leds;
  integer clocks = 0;
  pads pads(.clock(clock), .reset_button(button), .uart_rx(1'b1), .uart_tx(tx), .leds(leds), .wifi_gpio0(strap));
  always @(posedge clock) clocks <= clocks + 1;
  always @(leds[0]) $display("reset %b", leds[0]);
  task run(input integer count); repeat (count) begin #1 clock = 1; #1 clock = 0; end endtask
  initial begin
    #1 $display("strap %b", strap);
    run(65536); $display("after 65536 clocks"); run(10);
    $display("pressed, bouncing");
    repeat (5) begin button = 0; run(100); button = 1; run(100); end
    $display("released"); run(65000); $display("65000 clocks later"); run(1000);
    $finish;
  end
endmodule
`;

test("reset lasts 2^16 clocks from configuration and from the button's last bounce", () => {
  const [source, program] = [join(folder, "pads.v"), join(folder, "pads")];
  writeFileSync(source, pads(board) + bench);
  const compiled = spawnSync("iverilog", ["-g2005", "-s", "bench", "-o", program, source], { encoding: "utf8" });
  assert.is(compiled.status, 0, compiled.stderr);
  const { stdout } = spawnSync("vvp", ["-n", program], { encoding: "utf8" });
  assert.is(stdout, [
    "reset 1",
    "strap 1",
    "after 65536 clocks",
    "reset 0",
    "pressed, bouncing",
    "reset 1",
    "released",
    "65000 clocks later",
    "reset 0",
    "",
  ].join("\n"));
});

const soc = atomicosSoc(atomicosConfig({ even: "even.hex", odd: "odd.hex" }));

for (const each of BOARDS) {
  test(`${each.id}: the whole machine with its pins is Verilog that a strict reader takes`, () => {
    const source = join(folder, `${each.id}.v`);
    writeFileSync(source, boardVerilog(each, soc));
    const flags = ["--lint-only", "-Wall", "-Wno-UNUSED", "-Wno-DECLFILENAME", "--top-module", "pads"];
    const { status, stderr } = spawnSync("verilator", [...flags, source], { encoding: "utf8" });
    assert.is(status, 0, stderr);
  });
}

test("a board whose clock is not the machine's is refused", () => {
  const other = { ...board, id: "other", clock: { ...board.clock, frequency_hz: 100_000_000 } };
  assert.throws(
    () => boardVerilog(other, soc),
    "other has a clock of 100000000 Hz, but the machine counts time in clocks of 25000000 Hz: " +
      "let pads divide or multiply it",
  );
});

test.run();
