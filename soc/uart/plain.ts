// A UART with nothing but text on its line.
import type { Builder, Given } from "#hdl-gen";
import { uart, type UartConfig } from "./uart.ts";

type Ports = ReturnType<typeof uart>["ports"];

/** Placed in the module under construction. */
export function plainUart(m: Builder, config: UartConfig, { bus, rx }: Pick<Given<Ports>, "bus" | "rx">) {
  const { turn } = m.nets({ turn: { valid: 1, data: 8, ready: 1 } });
  const placed = m.instance("serial", uart(config), {
    bus, rx, text: { ready: turn.ready }, line: { valid: turn.valid, data: turn.data }, heard: { is_text: 1 },
  });
  turn.valid.value = placed.text.valid;
  turn.data.value = placed.text.data;
  turn.ready.value = placed.line.ready;
  m.unused(placed.heard.valid, placed.heard.data);
  return placed;
}
