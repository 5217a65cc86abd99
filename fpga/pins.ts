// The board's pins under the names that the top module and the constraint file share.

import type { Board, Pin } from "./board.ts";

export interface NamedPin extends Pin {
  readonly name: string; // a port of the top module, or a bit of one
}

export const PORTS = {
  clock: "clock",
  resetButton: "reset_button",
  uartRx: "uart_rx",
  uartTx: "uart_tx",
  leds: "leds",
} as const;

export function namedPins({ clock, resetButton, uart, leds, straps }: Board): readonly NamedPin[] {
  return [
    { ...clock, name: PORTS.clock },
    { ...resetButton, name: PORTS.resetButton },
    { ...uart.rx, name: PORTS.uartRx },
    { ...uart.tx, name: PORTS.uartTx },
    ...leds.pins.map((pin, i) => ({ ...pin, name: `${PORTS.leds}[${i}]` })),
    ...straps,
  ];
}
