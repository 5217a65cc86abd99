// The machine's serial line: the UART's text, and the trace's frames between it.
import type { Bit, Builder, Flipped, Yields } from "#hdl-gen";
import type { byteDevice } from "./bus/ports.ts";
import { framedLine } from "./trace/framed-line.ts";
import type { bytePort } from "./trace/ports.ts";
import { plainUart } from "./uart/plain.ts";
import { uart, type UartConfig } from "./uart/uart.ts";

interface Surroundings {
  readonly bus: Yields<Flipped<typeof byteDevice>>;
  readonly rx: Parameters<typeof plainUart>[2]["rx"];
  /** Bodies of frames, the first row going first; if there are none, the line has text only. */
  readonly bodies: readonly Yields<typeof bytePort>[];
}

/** `taken`: a byte of each body. */
export function placeSerialLine(m: Builder, config: UartConfig, { bus, rx, bodies }: Surroundings) {
  if (bodies.length === 0) return { ...plainUart(m, config, { bus, rx }), taken: [] as readonly Bit[] };
  const { outgoing } = m.nets({ outgoing: { text_ready: 1, line: { valid: 1, data: 8, ready: 1 } } });
  const placed = m.instance("serial", uart(config), {
    bus, rx, text: { ready: outgoing.text_ready },
    line: { valid: outgoing.line.valid, data: outgoing.line.data },
    heard: { is_text: 1 },
  });
  m.unused(placed.heard.valid, placed.heard.data);
  const line = m.instance("line", framedLine({ rows: bodies.length }), {
    framing: 1, bodies, text: placed.text, line: { ready: outgoing.line.ready },
  });
  outgoing.text_ready.value = line.text.ready;
  m.drive(outgoing.line, { ...line.line, ready: placed.line.ready });
  return { ...placed, taken: line.bodies.map(({ ready }) => ready) };
}
