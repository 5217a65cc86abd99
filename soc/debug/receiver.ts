// Takes request frames out of what comes over the serial line; the rest is text, and goes on in the same clock.
//
// A zero begins a frame, the next zero ends it, unless there was nothing between: then it begins anew. A frame that is
// damaged, too long, of another type, or comes while the last request is not yet done, is dropped; who asked will
// ask again. A zero that nothing follows for `silence_cycles` was a border out of place: what comes then is text.
import { and, crcStep, indexWidth, input, module, mux, output, reg, regNoReset, type Design } from "#hdl-gen";
import { frameResidue } from "../trace/frame.ts";
import { frameCrc, frameShape, frameTypes } from "../trace/wire.ts";

const buffer_bytes = frameShape.body_bytes_max + frameShape.crc_bytes;
const place_bits = indexWidth(buffer_bytes + 1);

const ports = {
  line: { valid: input(1, "a character has come"), data: input(8) },
  text: { valid: output(1, "it is text"), data: output(8) },
  request: {
    valid: output(1, "a whole request has come, and is not yet done"),
    length: output(place_bits, "of its body, the head included"),
    place: input(place_bits),
    data: output(8, "the body's byte at that place"),
    done: input(1, "the request is not needed any more; until then, others are dropped"),
  },
};

export interface ReceiverConfig {
  readonly silence_cycles: number;
}

export function requestReceiver({ silence_cycles }: ReceiverConfig): Design<typeof ports> {
  const doc = "Takes request frames out of the text that comes in.";
  return module("request_receiver", doc, ports, (m, { line, text, request }) => {
    const r = m.regs({
      framing: reg(1, 0, "a border has come: what follows is a frame"),
      empty: regNoReset(1, "nothing has come since"),
      bad: regNoReset(1, "it is no frame that can be used"),
      left: regNoReset(8, "characters until the next distance"),
      length: regNoReset(place_bits, "bytes decoded"),
      body_length: regNoReset(place_bits, "of the request in the buffer"),
      crc: regNoReset(frameCrc.width, "remainder of those bytes"),
      head_fits: regNoReset(1, "the first of them says that it is a request"),
      waiting: reg(1, 0, "the buffer holds a request that is not yet done"),
      silent: regNoReset(indexWidth(silence_cycles), "clocks without a character"),
    });
    const buffer = m.memory("buffer", { width: 8, depth: buffer_bytes, doc: "the request, decoded" });
    const { border, comes } = m.nets({
      border: line.valid.and(line.data.eq(0)),
      comes: line.valid.and(r.framing, line.data.ne(0)),
    });
    // The first distance stands for no byte, any other one for a zero.
    const { is_distance } = m.nets({ is_distance: r.left.eq(0) });
    const { decodes } = m.nets({ decodes: comes.and(is_distance.and(r.empty).not()) });
    const { decoded } = m.nets({ decoded: mux(is_distance, 0, line.data) });
    const { full } = m.nets({ full: r.length.eq(buffer_bytes) });
    const { stores } = m.nets({ stores: and(decodes, full.not(), r.waiting.not()) });
    buffer.write({ address: r.length, data: decoded, enable: stores });

    const { whole } = m.nets({
      whole: and(
        border, r.framing, r.empty.not(), r.bad.not(), is_distance, r.crc.eq(frameResidue), r.head_fits, r.waiting.not(),
      ),
    });
    const begin = (): void => {
      r.framing.next = 1;
      r.empty.next = 1;
      r.bad.next = r.waiting;
      r.left.next = 0;
      r.length.next = 0;
      r.crc.next = frameCrc.init;
      r.head_fits.next = 0;
    };
    m.when(line.valid, () => { r.silent.next = 0; }).otherwise(() => { r.silent.next = r.silent.add(1); });
    m.when(border, () => {
      m.when(r.framing.and(r.empty.not()), () => { r.framing.next = 0; }).otherwise(begin);
    }).elsewhen(comes, () => {
      r.empty.next = 0;
      r.left.next = mux(is_distance, line.data, r.left).sub(1);
      m.when(decodes, () => {
        r.crc.next = crcStep(r.crc, decoded, frameCrc);
        m.when(r.length.eq(0), () => {
          r.head_fits.next = decoded.slice(7, frameShape.number_bits).eq(frameTypes.request);
        });
        m.when(full.or(r.waiting), () => { r.bad.next = 1; }).otherwise(() => { r.length.next = r.length.add(1); });
      });
    }).elsewhen(r.silent.eq(silence_cycles - 1), () => { r.framing.next = 0; });

    m.when(whole, () => {
      r.waiting.next = 1;
      r.body_length.next = r.length.sub(frameShape.crc_bytes);
    }).elsewhen(request.done, () => { r.waiting.next = 0; });

    text.valid.value = and(line.valid, r.framing.not(), border.not());
    text.data.value = line.data;
    request.valid.value = r.waiting;
    request.length.value = r.body_length;
    request.data.value = buffer.readAsync(request.place);

    m.assert("keeps_within_the_buffer", r.framing.not().or(r.length.le(buffer_bytes)));
    m.assert("no_zero_is_text", text.valid.not().or(text.data.ne(0)));
    m.assert("a_character_is_text_or_of_a_frame", line.valid.not().or(text.valid.xor(border.or(comes))));
    m.cover("a_request_comes", whole);
  });
}
