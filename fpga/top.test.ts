import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { verilog } from "#hdl-gen";
import { fromRoot } from "../commands/paths.ts";
import { atomicosConfig } from "../soc/soc.ts";
import { recordPacker } from "../soc/trace/packer.ts";
import { BOARDS } from "./boards.ts";
import { boardVerilog, pads } from "./top.ts";

const test = suite("the machine on a board");

const folder = fromRoot("build", "tests", "fpga");
mkdirSync(folder, { recursive: true });

const [board] = BOARDS;
if (board === undefined) throw new Error("there is no board");

// A machine that only shows its reset, and a hand on the button, which reads 0 when pressed.
const bench = (divisor: number): string => `
module board(input wire clk, input wire rst, input wire uart_rx, output wire uart_tx, output wire [7:0] leds);
  assign uart_tx = uart_rx;
  assign leds = {7'd0, rst};
endmodule
module bench;
  reg clock = 0, button = 1;
  wire tx, strap;
  wire [7:0] leds;
  pads pads(.clock(clock), .reset_button(button), .uart_rx(1'b1), .uart_tx(tx), .leds(leds), .wifi_gpio0(strap));
  always @(leds[0]) $display("reset %b", leds[0]);
  task run(input integer count); repeat (count * ${divisor}) begin #1 clock = 1; #1 clock = 0; end endtask
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

for (const divisor of [1, 2, 4, 8] as const) {
  test(`divisor ${divisor}: reset lasts 2^16 of the machine's clocks from configuration and from the button's last bounce`, () => {
    const [source, program] = [join(folder, `pads-${divisor}.v`), join(folder, `pads-${divisor}`)];
    writeFileSync(source, pads({ ...board, clock: { ...board.clock, divisor } }) + bench(divisor));
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
}

const config = atomicosConfig({ even: "even.hex", odd: "odd.hex" });

for (const each of BOARDS) {
  test(`${each.id}: the whole machine with its pins is Verilog that a strict reader takes`, () => {
    const source = join(folder, `${each.id}.v`);
    writeFileSync(source, boardVerilog(each, config));
    const flags = ["--lint-only", "-Wall", "-Wno-UNUSED", "-Wno-DECLFILENAME", "--top-module", "pads"];
    const { status, stderr } = spawnSync("verilator", [...flags, source], { encoding: "utf8" });
    assert.is(status, 0, stderr);
  });
}

function packerAt(clock_hz: number): string {
  const text = verilog(recordPacker({ clock_hz }));
  return text.slice(text.indexOf("\nmodule "), text.indexOf("\nendmodule"));
}

test("the trace tells of a cycle what it is on this board, whatever the configuration says", () => {
  for (const divisor of [1, 2] as const) {
    const text = boardVerilog({ ...board, clock: { ...board.clock, divisor } }, { ...config, clock_hz: 1 });
    assert.equal([1, 12_500_000, 25_000_000].filter((clock_hz) => text.includes(packerAt(clock_hz))), [25_000_000 / divisor]);
  }
});

test.run();
