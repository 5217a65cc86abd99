// The machine on a board, as Verilog. Two modules around the SoC:
//
//   pads    the top: one port a pin. Says where clock and reset come from, the one thing that no module of hdl-gen can
//           say, since there both are given; hence it is written as text.
//   board   adapts the SoC to what the board has: how many LEDs, and which level lights them.
//
// Reset lasts from configuration, and from the last bounce of the reset button, for 2^16 clocks: 2.6 ms at 25 MHz.

import { asyncInput, cat, constant, module, output, verilog, type Bit, type Design } from "#hdl-gen";
import { clock_hz } from "../soc/clock.ts";
import type { machine } from "../soc/machine.ts";
import type { Board } from "./board.ts";
import { PORTS } from "./pins.ts";

export const TOP = "pads";

/** Hierarchical names of nets begin with this, where the SoC's own begin. */
export const SOC_PATH = ["board", "soc"] as const;

export type Soc = Design<ReturnType<typeof machine>["ports"]>;

export function boardVerilog(board: Board, soc: Soc): string {
  if (board.clock.frequency_hz !== clock_hz) {
    throw new Error(
      `${board.id} has a clock of ${board.clock.frequency_hz} Hz, but the machine counts time in clocks of ` +
        `${clock_hz} Hz: let pads divide or multiply it`,
    );
  }
  return `${verilog(adapter(board, soc))}\n${pads(board)}`;
}

function adapter({ leds }: Board, soc: Soc): Design {
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
export function pads({ title, leds, straps, resetButton }: Board): string {
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
  reg [1:0] pressed = 2'b11;  // fpga/top.ts
  reg [${SETTLE_BITS - 1}:0] settled = ${SETTLE_BITS}'d0;  // fpga/top.ts
  reg rst = 1'b1;  // fpga/top.ts

  always @(posedge ${PORTS.clock}) begin
    pressed <= {pressed[0], ${pressed}};
    if (pressed[1]) settled <= ${SETTLE_BITS}'d0;
    else if (~&settled) settled <= settled + ${SETTLE_BITS}'d1;
    rst <= ~&settled;
  end

  board board (
    .clk(${PORTS.clock}),
    .rst(rst),
    .uart_rx(${PORTS.uartRx}),
    .uart_tx(${PORTS.uartTx}),
    .leds(${PORTS.leds})
  );
${strapLevels.join("")}endmodule
`;
}
