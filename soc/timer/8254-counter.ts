// One counter of an 8254. The data sheet's names: the count register (CR) keeps what was written and the counting
// element (CE) counts; both are 16 bits. "Loading" copies CR to CE, which takes a pulse of CLK of its own.
//
// In mode 3 an even count n is loaded as it is and counted down by two; at 2 the output changes and n is loaded again.
// An odd n is loaded as n - 1 and, while the output is high, counted down to 0, which makes that half a pulse longer.
import { and, cat, constant, input, module, mux, or, output, reg, type Bit, type Bits, type Design } from "#hdl-gen";
import { pack, part } from "../fields.ts";
import { pit8254 } from "./registers.ts";

const ports = {
  tick: input(1, "a pulse of CLK ends in this cycle"),
  gate: input(1),
  out: output(1, "OUT"),
  control: { written: input(1, "a control word for this counter"), word: input(6, "its bits 5:0") },
  latch: { count: input(1, "a latch command for this counter"), status: input(1) },
  byte: { written: input(1), read: input(1), wdata: input(8), rdata: output(8) },
};

const { CONTROL, STATUS } = pit8254.registers;
const mode = CONTROL.fields.MODE.values;
const access = CONTROL.fields.ACCESS.values;

export const pitCounter: Design<typeof ports> = module("pit8254_counter", "A counter of an 8254.", ports, (m, io) => {
  const r = m.regs({
    mode: reg(3),
    access: reg(2, access.BOTH),
    decimal: reg(1),
    written: reg(16, 0, "CR"),
    low_byte: reg(8, 0, "the first byte of two that are written"),
    count: reg(16, 0, "CE"),
    odd: reg(1, 0, "mode 3: the count loaded was one more"),
    level: reg(1, 0, "OUT"),
    null_count: reg(1, 1, "CR has not been loaded yet"),
    has_count: reg(1, 0, "a count was written since the control word"),
    runs: reg(1, 0, "and loaded"),
    loads: reg(1, 0, "the next pulse loads"),
    paused: reg(1, 0, "mode 0: one of two bytes of a new count is there"),
    strobes: reg(1, 0, "modes 4 and 5: the end of this count has not come yet"),
    gate_was: reg(1, 1),
    writes_high: reg(1, 0, "the next byte written is the second of two"),
    reads_high: reg(1, 0, "the next byte read is the second of two"),
    latched: { count: reg(16), has_count: reg(1), status: reg(8), has_status: reg(1) },
  });
  io.out.value = r.level;
  const { is } = m.nets({
    is: {
      terminal_count: r.mode.eq(mode.TERMINAL_COUNT),
      rate: r.mode.eq(mode.RATE),
      square_wave: r.mode.eq(mode.SQUARE_WAVE),
      one_shot: r.mode.eq(mode.ONE_SHOT),
      strobe: r.mode.eq(mode.SOFTWARE_STROBE).or(r.mode.eq(mode.HARDWARE_STROBE)),
    },
  });
  const periodic = is.rate.or(is.square_wave);
  const { by_trigger } = m.nets({ by_trigger: is.one_shot.or(r.mode.eq(mode.HARDWARE_STROBE)) });

  const { both, completes, written_count } = m.nets({
    both: r.access.eq(access.BOTH),
    completes: io.byte.written.and(r.access.ne(access.BOTH).or(r.writes_high)),
    written_count: mux(
      r.access.eq(access.LOW), io.byte.wdata.zext(16),
      cat(io.byte.wdata, mux(r.access.eq(access.HIGH), 0, r.low_byte)),
    ),
  });

  // Counting
  const { one_less, two_less } = m.nets({
    one_less: lessBy(r.count, 1, r.decimal),
    two_less: lessBy(r.count, 2, r.decimal),
  });
  const { half_ends } = m.nets({ half_ends: mux(r.odd.and(r.level), r.count.eq(0), r.count.eq(2)) });
  const { enabled } = m.nets({
    enabled: and(r.runs, r.paused.not(), io.gate.or(by_trigger)),
  });
  const { reloads } = m.nets({
    reloads: or(r.loads, and(enabled, is.rate, r.count.eq(1)), and(enabled, is.square_wave, half_ends)),
  });
  m.when(io.tick.and(reloads), () => {
    r.count.next = cat(r.written.slice(15, 1), r.written.bit(0).and(is.square_wave.not()));
    r.odd.next = r.written.bit(0);
    r.null_count.next = 0;
    r.runs.next = 1;
    r.loads.next = 0;
    r.strobes.next = 1;
    m.when(is.one_shot, () => { r.level.next = 0; })
      .elsewhen(is.square_wave, () => { r.level.next = r.loads.or(r.level.not()); })
      .elsewhen(is.rate.or(is.strobe), () => { r.level.next = 1; });
  }).elsewhen(io.tick.and(enabled), () => {
    r.count.next = mux(is.square_wave, two_less, one_less);
    const ends = r.count.eq(1);
    m.when(is.rate, () => { r.level.next = r.count.ne(2); })
      .elsewhen(is.strobe, () => {
        r.level.next = ends.and(r.strobes).not();
        m.when(ends, () => { r.strobes.next = 0; });
      })
      .elsewhen(is.square_wave.not().and(ends), () => { r.level.next = 1; });
  });

  // The gate
  r.gate_was.next = io.gate;
  m.when(periodic.and(io.gate.not()), () => { r.level.next = 1; });
  const { triggered } = m.nets({ triggered: io.gate.and(r.gate_was.not(), r.has_count, periodic.or(by_trigger)) });
  m.when(triggered, () => { r.loads.next = 1; });

  // Writing a count
  m.when(io.byte.written, () => {
    r.writes_high.next = both.and(r.writes_high.not());
    r.low_byte.next = io.byte.wdata;
    m.when(is.terminal_count, () => {
      r.level.next = 0;
      r.paused.next = completes.not();
    });
  });
  m.when(completes, () => {
    r.written.next = written_count;
    r.null_count.next = 1;
    r.has_count.next = 1;
    m.when(by_trigger.not().and(periodic.not().or(r.has_count.not())), () => { r.loads.next = 1; });
  });

  // Latching and reading
  const { status } = m.nets({
    status: pack(8, STATUS.fields, {
      BCD: r.decimal, MODE: r.mode, ACCESS: r.access, NULL_COUNT: r.null_count, OUTPUT: r.level,
    }),
  });
  const { shown, high } = m.nets({
    shown: mux(r.latched.has_count, r.latched.count, r.count),
    high: r.access.eq(access.HIGH).or(both.and(r.reads_high)),
  });
  io.byte.rdata.value = mux(r.latched.has_status, r.latched.status, mux(high, shown.slice(15, 8), shown.slice(7, 0)));
  m.when(io.byte.read, () => {
    m.when(r.latched.has_status, () => { r.latched.has_status.next = 0; })
      .otherwise(() => {
        r.reads_high.next = both.and(r.reads_high.not());
        m.when(both.not().or(r.reads_high), () => { r.latched.has_count.next = 0; });
      });
  });
  m.when(io.latch.count.and(r.latched.has_count.not()), () => {
    r.latched.count.next = r.count;
    r.latched.has_count.next = 1;
  });
  m.when(io.latch.status.and(r.latched.has_status.not()), () => {
    r.latched.status.next = status;
    r.latched.has_status.next = 1;
  });

  // A control word
  const { new_mode } = m.nets({ new_mode: part(io.control.word, CONTROL.fields.MODE).as(3) });
  m.when(io.control.written, () => {
    r.mode.next = cat(new_mode.bit(2).and(new_mode.bit(1).not()), new_mode.slice(1, 0));
    r.access.next = part(io.control.word, CONTROL.fields.ACCESS).as(2);
    r.decimal.next = io.control.word.bit(CONTROL.fields.BCD.lsb);
    r.level.next = new_mode.ne(mode.TERMINAL_COUNT);
    r.null_count.next = 1;
    m.drive(r.latched, { count: 0, has_count: 0, status: 0, has_status: 0 });
    for (const flag of [r.has_count, r.runs, r.loads, r.paused, r.writes_high, r.reads_high]) flag.next = 0;
  });
});

/** `count` less 1 or 2, in binary or in decimal digits. By 2 only even counts go, so a digit that borrows is a 0. */
function lessBy(count: Bits<16>, step: 1 | 2, decimal: Bit): Bits<16> {
  const digits: Bits<4>[] = [];
  let borrows: Bit = constant(1, 1);
  for (const low of [0, 4, 8, 12]) {
    const digit = count.slice(low + 3, low).as(4);
    const by = low === 0 ? step : 1;
    digits.unshift(mux(borrows, mux(digit.eq(0), constant(10 - by, 4), digit.sub(by)), digit));
    borrows = borrows.and(digit.eq(0));
  }
  return mux(decimal, cat(...digits).as(16), count.sub(step));
}
