// Bodies into frames: appends the CRC, encodes, puts the borders around. Of several rows of bodies it takes one body at
// a time, from the first that has one.
//
// A byte that is not zero is written to the buffer as it is. In the place of a zero stands the distance to the next one,
// which is not known yet: so the place is left open, and written when the next zero, or the end, comes. One byte is
// written in each cycle, and the whole frame is ready two cycles of CRC and one for the last distance after the body.
//
//   latency    the body's length and 5 cycles, since the first byte to be sent depends on all others
//   price      a buffer of 64 bytes in distributed RAM
import {
  and, array, constant, crcStep, flip, fromBits, indexWidth, lowestSet, module, mux, or, reg, regNoReset, type Bit,
  type Bits, type Builder, type Design, type Signal,
} from "#hdl-gen";
import { bytePort } from "./ports.ts";
import { frameCrc, frameShape } from "./wire.ts";

const ports = (rows: number) => ({ bodies: array(rows, flip(bytePort)), frame: bytePort });

export interface FramerShape {
  /** Whose bodies are framed; the first goes first. */
  readonly rows: number;
  /** Fewer than wire.ts allows only in proofs. */
  readonly body_bytes_max?: number;
}

export function framer(shape: FramerShape): Design<ReturnType<typeof ports>> {
  const { rows, body_bytes_max = frameShape.body_bytes_max } = shape;
  const doc = "Puts bodies into frames: CRC, COBS, borders.";
  return module("framer", doc, ports(rows), (m, { bodies, frame }) => {
    const size = 1 + body_bytes_max + frameShape.crc_bytes;
    const place_bits = indexWidth(size + 1);
    const buffer = m.memory("buffer", { width: 8, depth: size, doc: "the frame between its borders" });
    const r = m.regs({
      granted: regNoReset(rows, "whose body it is: a bit"),
      crc: reg(frameCrc.width, frameCrc.init),
      open: regNoReset(place_bits, "place of the distance that is not known yet"),
      filled: regNoReset(place_bits, "places taken"),
      at: regNoReset(place_bits, "place to be sent"),
    });

    const { asking } = m.nets({ asking: fromBits(bodies.map(({ valid }) => valid)).as(rows) });
    const from = (bytes: readonly Bits[]): Bits =>
      bytes.map((byte, i) => mux(r.granted.bit(i), byte, 0)).reduce((all, byte) => all.or(byte));
    const { taken } = m.nets({
      taken: {
        valid: from(bodies.map(({ valid }) => valid)).as(1),
        data: from(bodies.map(({ data }) => data)).as(8),
        last: from(bodies.map(({ last }) => last)).as(1),
      },
    });
    const { write } = m.nets({ write: { enable: 1, data: 8, closes: 1 } });
    const distance = r.filled.sub(r.open);
    const { closing } = m.nets({ closing: write.closes.or(write.data.eq(0)) });
    buffer.write({
      address: mux(closing, r.open, r.filled).as(place_bits),
      data: mux(closing, distance.zext(8), write.data),
      enable: write.enable,
    });
    m.when(write.enable.and(write.closes.not()), () => {
      r.filled.next = r.filled.add(1);
      m.when(closing, () => { r.open.next = r.filled; });
    });

    const { crc_then } = m.nets({ crc_then: crcStep(r.crc, taken.data, frameCrc) });
    const { crc_sent } = m.nets({ crc_sent: r.crc.xor(frameCrc.xorout) });
    const { sent } = m.nets({ sent: frame.valid.and(frame.ready) });
    const noByte = (): void => { m.drive(write, { enable: 0, data: 0, closes: 0 }); };
    const offer = (data: Bits, last: 0 | 1): void => {
      frame.valid.value = 1;
      frame.data.value = data.as(8);
      frame.last.value = last;
    };
    noByte();
    frame.valid.value = 0;
    frame.data.value = 0;
    frame.last.value = 0;
    const border = constant(0, 8);
    const state = m.fsm("state", {
      idle: (go) => {
        r.granted.next = lowestSet(asking);
        r.crc.next = frameCrc.init;
        r.open.next = 0;
        r.filled.next = 1;
        r.at.next = 0;
        m.when(asking.any(), () => { go("body"); });
      },
      body: (go) => {
        m.drive(write, { enable: taken.valid, data: taken.data, closes: 0 });
        m.when(taken.valid, () => {
          r.crc.next = crc_then;
          m.when(taken.last, () => { go("crc_high"); });
        });
      },
      crc_high: (go) => {
        m.drive(write, { enable: 1, data: crc_sent.slice(15, 8), closes: 0 });
        go("crc_low");
      },
      crc_low: (go) => {
        m.drive(write, { enable: 1, data: crc_sent.slice(7, 0), closes: 0 });
        go("close");
      },
      close: (go) => {
        m.drive(write, { enable: 1, data: 0, closes: 1 });
        go("opening");
      },
      opening: (go) => {
        offer(border, 0);
        m.when(sent, () => { go("bytes"); });
      },
      bytes: (go) => {
        offer(buffer.readAsync(r.at), 0);
        m.when(sent, () => {
          r.at.next = r.at.add(1);
          m.when(r.at.add(1).eq(r.filled), () => { go("closing"); });
        });
      },
      closing: (go) => {
        offer(border, 1);
        m.when(sent, () => { go("idle"); });
      },
    });
    bodies.forEach(({ ready }, i) => { ready.value = state.body.and(r.granted.bit(i)); });

    const inside = {
      size, body_bytes_max, taken, frame, ...r, ...state,
      in_a_state: or(constant(0, 1), ...Object.values(state)),
      filling: or(state.body, state.crc_high, state.crc_low, state.close), sending: or(state.opening, state.bytes),
      cellAt: (place: Bits) => buffer.readAsync(place),
    };
    claimNoZero(m, inside);
    if (body_bytes_max <= followed_bytes_max) claimDecoding(m, inside);
  });
}

type State = "filling" | "opening" | "sending" | "body" | "crc_high" | "crc_low" | "bytes" | "closing";

interface Inside extends Readonly<Record<"in_a_state" | State, Bit>> {
  readonly size: number;
  readonly body_bytes_max: number;
  readonly taken: { readonly valid: Bit; readonly data: Bits<8> };
  readonly frame: { readonly ready: Bit; readonly data: Signal<8> };
  /** Place of the distance that is still open, places taken, and the one that is being sent. */
  readonly open: Bits;
  readonly filled: Bits;
  readonly at: Bits;
  readonly cellAt: (place: Bits) => Bits;
}

/** A whole frame is followed from its first byte to its last only in proofs of framers for such short bodies. */
const followed_bytes_max = 3;

/** There is no zero between the borders. */
function claimNoZero(m: Builder, of: Inside): void {
  const { size, filling, sending, bytes, frame, open, filled, at } = of;
  const place = m.symbolic("place", at.width, "any in the buffer");
  m.ghost(() => {
    m.assume("bodies_are_not_too_long", of.body.not().or(of.taken.valid.not(), filled.le(of.body_bytes_max)));
    m.assert("keeps_within_the_buffer", filling.or(sending).not().or(filled.le(size).and(open.lt(filled))));
    m.assert("counts_the_bytes_of_the_crc", and(
      of.body.or(of.crc_high).not().or(filled.le(size - 2)), of.crc_low.not().or(filled.le(size - 1))));
    m.assert("is_in_a_state", of.in_a_state);
    m.assert("sends_from_the_first_on", filling.or(of.opening).not().or(at.eq(0)));
    m.assert("sends_what_is_there", sending.not().or(at.lt(filled)));
    const { written } = m.nets({ written: place.lt(filled).and(sending.or(filling.and(place.ne(open)))) });
    m.assert("holds_no_zero", written.not().or(of.cellAt(place).ne(0)));
    m.assert("no_zero_between_borders", bytes.and(at.eq(place)).not().or(frame.data.ne(0)));
    m.cover("sends_a_frame", of.closing);
  });
}

/** Whoever decodes what is between the borders finds the body's bytes in their places. */
function claimDecoding(m: Builder, of: Inside): void {
  const { bytes, frame, filled, at } = of;
  const index = m.symbolic("index", at.width, "of any byte of the body");
  m.ghost(() => {
    const g = m.regs({
      item: regNoReset(8, "the body's byte"),
      there: reg(1, 0, "the body has one"),
      next_distance: reg(at.width, 0, "place of the next distance in the frame"),
      found: reg(1, 0, "the byte has been sent"),
    });
    m.when(of.body.and(of.taken.valid, filled.eq(index.add(1))), () => {
      g.item.next = of.taken.data;
      g.there.next = 1;
    });
    const at_distance = at.eq(g.next_distance);
    const { mine } = m.nets({ mine: bytes.and(at.eq(index.add(1)), g.there) });
    m.when(bytes.and(frame.ready), () => {
      m.when(at_distance, () => { g.next_distance.next = g.next_distance.add(frame.data.slice(at.width - 1, 0)); });
      m.when(mine, () => { g.found.next = 1; });
    });
    m.assert("decodes_to_the_body", mine.not().or(mux(at_distance, 0, frame.data).eq(g.item)));
    m.assert("every_byte_is_sent", of.closing.not().or(g.there.not(), g.found));
    m.when(of.closing.and(frame.ready), () => {
      g.there.next = 0;
      g.found.next = 0;
      g.next_distance.next = 0;
    });
  });
}
