// Records into the bodies of frames, as wire.ts has them: a sync record becomes an ident frame, others go into trace
// frames, together with those that follow at once, as long as there is room. It never waits for a record to come: an
// event alone is on its way at once, and only while the line is busy do records gather.
//
//   price      a record's flip-flops and a multiplexer of bytes; a byte in each cycle
import {
  and, cat, constant, flip, indexWidth, input, module, mux, or, output, reg, regNoReset, select, type Bit, type Bits,
  type Design,
} from "#hdl-gen";
import { eventBits } from "./events.ts";
import { recordFields } from "./merger.ts";
import { bytePort, kindOf } from "./ports.ts";
import type { Ident } from "./records.ts";
import { frameShape, frameTypes, identFields, identVersion, traceShape } from "./wire.ts";

/** Records as wide as the wire has them. */
export const recordShape = {
  kind_bits: eventBits.kind, task_bits: eventBits.task, argument_bits: eventBits.argument, time_bits: traceShape.time_bits,
} as const;
/** Of the clock: a sync record has the bits that others lack in place of task and argument. */
export const now_bits = traceShape.time_bits + eventBits.task + eventBits.argument;

const ports = {
  take: flip({ valid: output(1), ready: input(1), record: recordFields(recordShape) }),
  body: bytePort,
};

/** Bytes of a record that are counted together: of the ident frame with its head, of the time, of the argument. */
const ident_bytes = 1 + identFields.reduce((sum, [, bytes]) => sum + bytes, 0);
const time_bytes = traceShape.time_bits / 8;

export function recordPacker({ clock_hz }: { readonly clock_hz: number }): Design<typeof ports> {
  const doc = "Packs trace records into the bodies of frames.";
  return module("record_packer", doc, ports, (m, { take, body }) => {
    const { delta_bits_max, body_bytes_max, record_bytes_max } = traceShape;
    const r = m.regs({
      number: reg(frameShape.number_bits, 0, "of the frame"),
      length: regNoReset(indexWidth(body_bytes_max + 1), "bytes of this body that are sent"),
      at: regNoReset(indexWidth(ident_bytes), "which byte of the ident frame, the time, the argument"),
      lost: reg(32, 0, "records that were said to be lost, in all"),
      record: {
        kind: regNoReset(eventBits.kind), task: regNoReset(eventBits.task), argument: regNoReset(eventBits.argument),
        time: regNoReset(traceShape.time_bits),
      },
      argument_code: regNoReset(2, "how long the argument is in the frame"),
      delta: regNoReset(delta_bits_max, "cycles since the record before in the same frame"),
      first: regNoReset(1, "of its frame"),
    });

    // The record that waits, and whether it may join those before it
    const next = take.record;
    const { next_delta } = m.nets({ next_delta: next.time.sub(r.record.time) });
    const { next_code } = m.nets({
      next_code: mux(next.argument.slice(31, 16).any(), constant(3, 2),
        mux(next.argument.slice(15, 8).any(), constant(2, 2), next.argument.slice(7, 0).any().zext(2))),
    });
    const { sent, takes, syncs } = m.nets({ sent: 1, takes: 1, syncs: next.kind.eq(kindOf("sync")) });
    // One byte less than there is, for `length` does not count the byte that is being sent.
    const fits = r.length.lt(body_bytes_max - record_bytes_max)
      .and(next_delta.slice(traceShape.time_bits - 1, delta_bits_max).eq(0));
    const { joins } = m.nets({ joins: take.valid.and(syncs.not(), fits) });
    take.ready.value = takes;
    m.when(takes.and(take.valid), () => {
      m.drive(r.record, next);
      r.argument_code.next = next_code;
      r.delta.next = next_delta.slice(delta_bits_max - 1, 0).as(delta_bits_max);
      m.when(next.kind.eq(kindOf("lost")), () => { r.lost.next = r.lost.add(next.argument); });
    });

    // What is sent
    const head = (type: number): Bits => cat(constant(type, 8 - frameShape.number_bits), r.number);
    const { ident } = m.nets({
      ident: {
        version: constant(identVersion, 8),
        time: cat(r.record.task, r.record.argument, r.record.time),
        clock_hz: constant(clock_hz, 32),
        lost: r.lost,
      },
    });
    const { ident_byte, time_byte, argument_byte, argument_length } = m.nets({
      ident_byte: select(r.at, [head(frameTypes.ident), ...identBytes(ident)]),
      time_byte: select(r.at, bytesOf(r.record.time)),
      argument_byte: select(r.at, bytesOf(r.record.argument)),
      argument_length: select(r.argument_code, traceShape.argument_bytes.map((n) => constant(n, 3))),
    });
    const { argument_last } = m.nets({ argument_last: r.at.add(1).eq(argument_length.zext(r.at.width)) });
    const wide = r.first.not().and(r.delta.slice(15, 8).any());
    const offer = (data: Bits, last: Bit): void => {
      body.data.value = data.as(8);
      body.last.value = last;
    };
    const no = constant(0, 1);

    body.valid.value = 1;
    takes.value = 0;
    r.at.next = r.at;
    m.when(sent, () => { r.length.next = r.length.add(1); });
    m.when(sent.and(body.last), () => { r.number.next = r.number.add(1); });
    type Go = (to: "idle" | "record") => void;
    /** With the last byte of a record: another one joins it, or the frame ends. */
    const recordEnds = (go: Go): void => {
      takes.value = joins;
      m.when(joins, () => {
        r.first.next = 0;
        go("record");
      }).otherwise(() => { go("idle"); });
    };
    const state = m.fsm("state", {
      idle: (go) => {
        offer(constant(0, 8), no);
        body.valid.value = 0;
        takes.value = 1;
        r.first.next = 1;
        r.length.next = 0;
        r.at.next = 0;
        m.when(take.valid, () => { m.when(syncs, () => { go("ident"); }).otherwise(() => { go("head"); }); });
      },
      ident: (go) => {
        offer(ident_byte, r.at.eq(ident_bytes - 1));
        m.when(sent, () => {
          r.at.next = r.at.add(1);
          m.when(body.last, () => { go("idle"); });
        });
      },
      head: (go) => {
        offer(head(frameTypes.trace), no);
        m.when(sent, () => { go("time"); });
      },
      time: (go) => {
        offer(time_byte, no);
        m.when(sent, () => {
          r.at.next = r.at.add(1);
          m.when(r.at.eq(time_bytes - 1), () => { go("record"); });
        });
      },
      record: (go) => {
        offer(cat(wide, r.argument_code, r.record.kind), no);
        r.at.next = 0;
        m.when(sent, () => { m.when(r.first, () => { go("task"); }).otherwise(() => { go("delta"); }); });
      },
      delta: (go) => {
        offer(r.delta.slice(7, 0), no);
        m.when(sent, () => { m.when(wide, () => { go("delta_high"); }).otherwise(() => { go("task"); }); });
      },
      delta_high: (go) => {
        offer(r.delta.slice(15, 8), no);
        m.when(sent, () => { go("task"); });
      },
      task: (go) => {
        const alone = r.argument_code.eq(0);
        offer(r.record.task, alone.and(joins.not()));
        m.when(sent, () => { m.when(alone, () => { recordEnds(go); }).otherwise(() => { go("argument"); }); });
      },
      argument: (go) => {
        offer(argument_byte, argument_last.and(joins.not()));
        m.when(sent, () => {
          r.at.next = r.at.add(1);
          m.when(argument_last, () => { recordEnds(go); });
        });
      },
    });
    sent.value = state.idle.not().and(body.ready);

    // What of the longest record may still come, in each state.
    const within = (is: Bit, left: number): void => {
      m.assert(`leaves_room_for_${left}`, is.not().or(r.length.le(body_bytes_max - left)));
    };
    within(or(state.head, state.time, state.record), record_bytes_max);
    within(state.delta, record_bytes_max - 1);
    within(state.delta_high, record_bytes_max - 2);
    within(state.task, record_bytes_max - 3);
    const counted = r.length.zext(8);
    m.assert("counts_the_frame", and(
      state.head.not().or(cat(r.length, r.at).eq(0)),
      state.time.not().or(counted.eq(r.at.zext(8).add(1)).and(r.at.lt(time_bytes))),
      state.ident.not().or(counted.eq(r.at.zext(8)).and(r.at.lt(ident_bytes))),
    ));
    m.assert("counts_the_argument", state.argument.not().or(and(
      r.argument_code.ne(0), r.at.zext(8).lt(argument_length.zext(8)),
      counted.le(r.at.zext(8).add(body_bytes_max - 4)),
    )));
    m.assert("starts_an_argument_at_its_first_byte", or(state.record, state.delta, state.delta_high, state.task).not()
      .or(r.at.eq(0).or(state.record)));
    m.assert("what_is_taken_is_sent", m.past(takes.and(take.valid)).not().or(state.ident, state.head, state.record));
    m.assert("is_in_a_state", or(constant(0, 1), ...Object.values(state)));
    m.assert("a_body_is_not_too_long", state.idle.or(r.length.lt(body_bytes_max)));
    m.cover("packs_two_records", state.delta);
  });
}

/** Low byte first; the value has a name. */
const bytesOf = (value: Bits): Bits[] =>
  Array.from({ length: value.width / 8 }, (_, i) => value.slice(8 * i + 7, 8 * i));

/** Of an ident frame, behind its head. */
const identBytes = (values: Readonly<Record<keyof Ident, Bits>>): Bits[] =>
  identFields.flatMap(([name, bytes]) => {
    if (values[name].width !== 8 * bytes) throw new Error(`an ident frame's ${name} has ${bytes} bytes`);
    return bytesOf(values[name]);
  });
