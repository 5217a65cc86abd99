// Everything between the bodies of frames, the UART's text, and the transmitter.
import { array, flip, input, module, type Design } from "#hdl-gen";
import { framer } from "./framer.ts";
import { lineMux } from "./line-mux.ts";
import { bytePort, textPort } from "./ports.ts";

const ports = (rows: number) => ({
  framing: input(1, "frames may come: zeros in the text are dropped"),
  bodies: array(rows, flip(bytePort)),
  text: flip(textPort),
  line: textPort,
});

/** `rows` of bodies, of which the first goes first. */
export function framedLine({ rows }: { readonly rows: number }): Design<ReturnType<typeof ports>> {
  return module("framed_line", "Frames and text on one line.", ports(rows), (m, io) => {
    const { taken } = m.nets({ taken: 1 });
    const frames = m.instance("framer", framer({ rows }), {
      bodies: io.bodies.map(({ valid, data, last }) => ({ valid, data, last })),
      frame: { ready: taken },
    });
    const mux = m.instance("mux", lineMux(), {
      framing: io.framing,
      text: { valid: io.text.valid, data: io.text.data },
      frame: frames.frame,
      line: { ready: io.line.ready },
    });
    taken.value = mux.frame.ready;
    io.bodies.forEach(({ ready }, i) => { ready.value = frames.bodies[i]?.ready ?? 0; });
    io.text.ready.value = mux.text.ready;
    io.line.valid.value = mux.line.valid;
    io.line.data.value = mux.line.data;
  });
}
