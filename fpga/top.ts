// The machine on a board, as Verilog. Two modules around the SoC:
//
//   pads    the top: one port a pin. Says where clock and reset come from, the one thing that no module of hdl-gen can
//           say, since there both are given; hence it is written as text.
//   board   adapts the SoC to what the board has: how many LEDs, and which level lights them.
//
// Where the machine is slower than the oscillator, its clock is a register that toggles: without glitches, and on a global
// net of its own, as place and route does for each net that clocks many registers. Nothing else runs on the oscillator but
// what counts the toggles, and no signal but the clock leads from there to the machine.
//
// Reset lasts from configuration, and from the last bounce of the reset button, for 2^16 of the machine's clocks: 5.2 ms
// at 12.5 MHz.

import { asyncInput, cat, constant, module, output, verilog, type Bit, type Design } from "#hdl-gen";
import type { SocConfig } from "../soc/machine.ts";
import { atomicosSoc } from "../soc/soc.ts";
import { type Board, machineClock_hz } from "./board.ts";
import { clockNets, TOP } from "./nets.ts";
import { PORTS } from "./pins.ts";

/** `config` without regard to its clock: the machine has the board's. */
export function boardVerilog(board: Board, config: SocConfig): string {
  const soc = atomicosSoc({ ...config, clock_hz: machineClock_hz(board) });
  return `${verilog(adapter(board, soc))}\n${pads(board)}`;
}

function adapter({ leds }: Board, soc: ReturnType<typeof atomicosSoc>): Design {
  const doc = "The machine as this board sees it.";
  const ports = {
    uart_rx: asyncInput(1, "serial line in"),
    uart_tx: output(1, "serial line out"),
    leds: output(leds.pins.length, "the SoC's, as levels"),
  };
  return module("board", doc, ports, (m, io) => {
    const inside = m.instance("soc", soc, { uart_rx: io.uart_rx, lines: 0 });
    io.uart_tx.value = inside.uart_tx;
    const lights = leds.pins.map((_, i) => (i < inside.leds.width ? inside.leds.bit(i) : constant(0, 1)));
    const levels: Bit[] = lights.map((light) => (leds.lit === 1 ? light : light.not()));
    io.leds.value = cat(...levels.toReversed()).as(leds.pins.length);
  });
}

const SETTLE_BITS = 16;

/** What configuration leaves in the registers is part of the meaning here: `= value` is the bitstream's. */
export function pads(board: Board): string {
  const { title, leds, straps, resetButton } = board;
  const clocks = clockNets(board);
  const pressed = resetButton.pressed === 1 ? PORTS.resetButton : `~${PORTS.resetButton}`;
  const strapPorts = straps.map(({ name, doc }) => `,\n  output wire ${name}  // ${doc}`);
  const strapLevels = straps.map(({ name, level }) => `  assign ${name} = 1'b${level};\n`);
  return `\
// ${title}
module ${TOP} (
  input  wire ${PORTS.clock},
  input  wire ${PORTS.resetButton},
  input  wire ${PORTS.uartRx},
  output wire ${PORTS.uartTx},
  output wire [${leds.pins.length - 1}:0] ${PORTS.leds}${strapPorts.join("")}
);
${divider(board)}  reg [1:0] pressed = 2'b11;  // fpga/top.ts
  reg [${SETTLE_BITS - 1}:0] settled = ${SETTLE_BITS}'d0;  // fpga/top.ts
  reg rst = 1'b1;  // fpga/top.ts

  always @(posedge ${clocks.machine}) begin
    pressed <= {pressed[0], ${pressed}};
    if (pressed[1]) settled <= ${SETTLE_BITS}'d0;
    else if (~&settled) settled <= settled + ${SETTLE_BITS}'d1;
    rst <= ~&settled;
  end

  board board (
    .clk(${clocks.machine}),
    .rst(rst),
    .uart_rx(${PORTS.uartRx}),
    .uart_tx(${PORTS.uartTx}),
    .leds(${PORTS.leds})
  );
${strapLevels.join("")}endmodule
`;
}

/** Registers of their own for the clock and the count, so that the clock's net keeps its name through synthesis. */
function divider(board: Board): string {
  const { divisor } = board.clock;
  if (divisor === 1) return "";
  const { oscillator, machine } = clockNets(board);
  const toggle = `${machine} <= ~${machine};`;
  if (divisor === 2) {
    return `\
  reg ${machine} = 1'b0;  // fpga/top.ts

  always @(posedge ${oscillator}) ${toggle}

`;
  }
  const bits = Math.log2(divisor / 2);
  return `\
  reg ${machine} = 1'b0;  // fpga/top.ts
  reg [${bits - 1}:0] counted = ${bits}'d0;  // fpga/top.ts

  always @(posedge ${oscillator}) begin
    counted <= counted + ${bits}'d1;
    if (&counted) ${toggle}
  end

`;
}
