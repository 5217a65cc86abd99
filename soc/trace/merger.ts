// Many reporters, one row of records. Events of one cycle are kept together with their time in a row of a short queue,
// from which one record leaves in each cycle, first reporter first: so records leave in the order in which things
// happened, however many happened at once, and no reporter ever waits.
//
//   slot      0      1      2         3
//   row     [ lost | sync | event 0 | event 1 | … ]  time
//
// The queue's entrance is the only place where an event can be lost: when there is no room, that is, when `take` stands
// still for long. Then it is counted, and the first row that finds room again says in its slot 0 how many were lost
// before it. Slot 1 carries the time in full, when tracing begins and every `sync_cycles` from then on.
//
//   latency    1 cycle from event to record
//   price      the rows are distributed RAM, 16 deep, for that is what a cell of it has
import {
  array, bitsOf, cat, constant, flip, indexWidth, input, module, mux, output, reg, select, type Bit, type Bits, type Builder,
  type Design,
} from "#hdl-gen";
import { claimThatNothingIsLost } from "./merger-claims.ts";
import { kindOf } from "./ports.ts";

/** Widths are parameters so that proofs can do with few bits. */
export interface MergerShape {
  readonly inputs: number;
  readonly rows: number;
  readonly kind_bits: number;
  readonly task_bits: number;
  readonly argument_bits: number;
  /** Of the clock. A record has the low `time_bits` of it, and a sync record all others as task and argument. */
  readonly now_bits: number;
  readonly time_bits: number;
  /** A power of two. */
  readonly sync_cycles: number;
}

type RecordShape = Pick<MergerShape, "kind_bits" | "task_bits" | "argument_bits" | "time_bits">;

/** What leaves: one record. */
export const recordFields = <const S extends RecordShape>(shape: S) => ({
  kind: output<S["kind_bits"]>(shape.kind_bits),
  task: output<S["task_bits"]>(shape.task_bits),
  argument: output<S["argument_bits"]>(shape.argument_bits, "in a sync record, below the task: high bits of the time"),
  time: output<S["time_bits"]>(shape.time_bits, "low bits of the cycle in which it happened"),
});

const mergerPorts = (shape: MergerShape) => ({
  now: input(shape.now_bits, "the clock"),
  enable: input(1, "events count; what is already inside leaves in any case"),
  kinds: input(2 ** shape.kind_bits, "a bit for each kind of event: it counts"),
  events: array(shape.inputs, flip({
    valid: output(1, "something happened in this cycle"),
    kind: output(shape.kind_bits),
    task: output(shape.task_bits),
    argument: output(shape.argument_bits),
  })),
  take: { valid: output(1), ready: input(1), record: recordFields(shape) },
});
export type MergerPorts = ReturnType<typeof mergerPorts>;

/** The claims look at all rows at once: they are made for mergers as small as proofs use, which do the same. */
const claimedRows_max = 4;

/** Slots of a row before the events. */
export const slotOf = { lost: 0, sync: 1, events: 2 } as const;

export function eventMerger(shape: MergerShape): Design<MergerPorts> {
  checkShape(shape);
  const { inputs, rows, argument_bits, now_bits, sync_cycles } = shape;
  const doc = `Merges the events of ${inputs} reporters into one row of records.`;
  return module("event_merger", doc, mergerPorts(shape), (m, io) => {
    const slots = slotOf.events + inputs;
    const r = m.regs({
      enabled: reg(1, 0, "in the cycle before"),
      lost: reg(argument_bits, 0, "events without room since the last row; all ones: at least so many"),
      sync_due: reg(1, 0, "the time is to be sent"),
      head: reg(indexWidth(rows), 0, "place of the row that leaves"),
      tail: reg(indexWidth(rows), 0, "place of the next row"),
      held: reg(indexWidth(rows + 1), 0, "rows inside"),
      gone: reg(slots, 0, "slots of the row at the head that have left already"),
    });

    // What comes in
    const { counts } = m.nets({
      counts: io.events.map(({ valid, kind }) => valid.and(io.enable, select(kind, bitsOf(io.kinds)))),
    });
    const { sync_now, lost_now } = m.nets({
      sync_now: io.enable.and(r.sync_due.or(r.enabled.not())),
      lost_now: r.lost.ne(0),
    });
    const { mask_in } = m.nets({ mask_in: cat(...counts.toReversed(), sync_now, lost_now).as(slots) });
    const { enters } = m.nets({ enters: mask_in.any().and(r.held.ne(rows)) });
    r.enabled.next = io.enable;
    const at_sync = io.now.slice(Math.log2(sync_cycles) - 1, 0).eq(0);
    r.sync_due.next = io.enable.and(at_sync.or(sync_now.and(enters.not())));

    const { missed } = m.nets({ missed: sum(counts, argument_bits) });
    const { lost_then } = m.nets({ lost_then: r.lost.zext(argument_bits + 1).add(missed.zext(argument_bits + 1)) });
    m.when(enters, () => { r.lost.next = 0; })
      .otherwise(() => {
        r.lost.next = mux(lost_then.msb(), constant(-1, argument_bits), lost_then.slice(argument_bits - 1, 0));
      });

    // The rows
    const row = {
      mask: slots, lost: argument_bits, now: now_bits, events: inputs * eventBitsOf(shape),
    };
    const row_bits = row.mask + row.lost + row.now + row.events;
    const words = m.memory("words", { width: row_bits, depth: rows, doc: "mask, count of the lost, time, events" });
    const events_in = io.events.map(({ kind, task, argument }) => cat(kind, task, argument)).toReversed();
    words.write({
      address: r.tail,
      data: cat(mask_in, r.lost, io.now, ...events_in).as(row_bits),
      enable: enters,
    });

    // What leaves
    const front = rowParts(m, "front", words.readAsync(r.head), row);
    const { left } = m.nets({ left: front.mask.and(r.gone.not()) });
    const { chosen } = m.nets({ chosen: left.and(constant(0, slots).sub(left)) });
    const { offers, moves } = m.nets({ offers: r.held.ne(0), moves: 1 });
    const { leaves } = m.nets({ leaves: moves.and(left.eq(chosen)) });
    moves.value = offers.and(io.take.ready);
    m.when(leaves, () => { r.gone.next = 0; }).elsewhen(moves, () => { r.gone.next = r.gone.or(chosen); });
    m.when(leaves, () => { r.head.next = followingPlace(r.head, rows); });
    m.when(enters, () => { r.tail.next = followingPlace(r.tail, rows); });
    m.when(enters.and(leaves.not()), () => { r.held.next = r.held.add(1); })
      .elsewhen(leaves.and(enters.not()), () => { r.held.next = r.held.sub(1); });

    const { record } = io.take;
    const bits = eventBitsOf(shape);
    const special = {
      lost: cat(constant(kindOf("lost"), shape.kind_bits), constant(0, shape.task_bits), front.lost),
      sync: cat(
        constant(kindOf("sync"), shape.kind_bits),
        front.now.slice(now_bits - 1, shape.time_bits).zext(bits - shape.kind_bits),
      ),
    };
    const { front_events } = m.nets({ front_events: front.events });
    const candidates = [
      special.lost, special.sync, ...io.events.map((_, i) => front_events.slice((i + 1) * bits - 1, i * bits)),
    ];
    const { out } = m.nets({
      out: candidates.map((candidate, i) => candidate.as(bits).and(chosen.bit(i).replicate(bits).as(bits)))
        .reduce<Bits>((all, one) => all.or(one), constant(0, bits)),
    });
    record.kind.value = out.slice(bits - 1, bits - shape.kind_bits);
    record.task.value = out.slice(argument_bits + shape.task_bits - 1, argument_bits);
    record.argument.value = out.slice(argument_bits - 1, 0);
    record.time.value = front.now.slice(shape.time_bits - 1, 0);
    io.take.valid.value = offers;

    if (rows > claimedRows_max) return;
    claimThatNothingIsLost(m, {
      rows,
      inputs: io.events.map(({ kind, task, argument }, i) => ({
        counts: counts[i] ?? constant(0, 1), bits: cat(kind, task, argument),
      })),
      now: io.now, mask_in, enters, saturates: lost_then.msb().and(enters.not()),
      lost: r.lost, head: r.head, tail: r.tail, held: r.held, gone: r.gone,
      rowAt: (name, place) => rowParts(m, name, words.readAsync(place), row),
      moves, chosen, out, time: record.time,
    });
  });
}

const eventBitsOf = ({ kind_bits, task_bits, argument_bits }: MergerShape): number =>
  kind_bits + task_bits + argument_bits;

/** How many of these hold. */
export const sum = <const N extends number>(bits: readonly Bit[], width: N): Bits<N> =>
  bits.reduce<Bits<N>>((total, one) => total.add(one.zext(width)), constant(0, width));

export const followingPlace = (place: Bits, rows: number): Bits =>
  mux(place.eq(rows - 1), constant(0, place.width), place.add(1));

interface RowShape {
  readonly mask: number;
  readonly lost: number;
  readonly now: number;
  readonly events: number;
}

/** A row taken apart; the highest part is the mask. */
function rowParts(m: Builder, name: string, word: Bits, row: RowShape) {
  return m.scope(name, () => {
    const { row: whole } = m.nets({ row: word });
    let top = whole.width;
    const below = (width: number): Bits => whole.slice((top -= width) + width - 1, top);
    return { mask: below(row.mask), lost: below(row.lost), now: below(row.now), events: below(row.events) };
  });
}

function checkShape({ rows, now_bits, time_bits, task_bits, argument_bits, sync_cycles }: MergerShape): void {
  const wrong = !Number.isInteger(Math.log2(sync_cycles)) || sync_cycles > 2 ** (time_bits - 1)
    ? "sync_cycles must be a power of two that the time in a record can tell"
    : now_bits - time_bits > task_bits + argument_bits
      ? "a sync record has no room for the high bits of the time"
      : rows < 2 ? "there must be two rows at least" : undefined;
  if (wrong !== undefined) throw new Error(`event merger: ${wrong}`);
}
