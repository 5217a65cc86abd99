// Segment registers with their hidden parts, and the table registers, which are bases and limits alike.
import { cat, constant, input, module, mux, output, reg, select, type Bit, type Bits } from "#hdl-gen";
import { Segment } from "./microop.ts";

/** Order of the registers here, and the encoding of a segment register in an instruction. */
const segmentNames = ["es", "cs", "ss", "ds", "fs", "gs"] as const;

/** What the fields of a descriptor's two doublewords mean (Intel SDM 3, 3.4.5). */
function descriptor(low: Bits<32>, high: Bits<32>) {
  const limit20 = cat(high.slice(19, 16), low.slice(15, 0));
  const is_code_or_data = high.bit(12);
  const executable = high.bit(11);
  return {
    base: cat(high.slice(31, 24), high.slice(7, 0), low.slice(31, 16)),
    limit: mux(high.bit(23), cat(limit20, constant(0xfff, 12)), limit20.zext(32)),
    big: high.bit(22),
    present: high.bit(15),
    code: is_code_or_data.and(executable),
    data: is_code_or_data.and(executable.not()),
    /** Of data: may be written. Of code: may be read. */
    permits: high.bit(9),
    expands_down: is_code_or_data.and(executable.not(), high.bit(10)),
  };
}

export const segmentFile = module("segment_file", "Selectors, bases, limits and rights of segments and tables.", {
  base_of: input(Segment),
  base: output(32, "of the segment that base_of names"),
  access: {
    segment: input(Segment),
    offset: input(32),
    last: input(33, "offset of the access's last byte"),
    writes: input(1),
    violation: output(1, "the segment does not hold this access"),
  },
  selector_of: input(Segment),
  selector: output(16, "of the segment that selector_of names"),
  table_base: output(32, "of the table that selector_of names"),
  table_limit: output(16),
  code: {
    base: output(32),
    big: output(1, "operands and addresses have 32 bits"),
  },
  stack: { big: output(1, "the stack pointer has 32 bits") },
  update: {
    segment: input(Segment, "what an update writes"),
    selector: input(1, "remember b as the selector that a load writes"),
    real: input(1, "load as real mode does: base = 16 times the selector"),
    descriptor: input(1, "load from the descriptor b:a"),
    nothing: input(1, "load a null selector"),
    table_base: input(1, "load a table's base from b"),
    table_limit: input(1, "load a table's limit from b"),
    a: input(32),
    b: input(32),
  },
  refused: {
    valid: output(1, "the descriptor cannot be loaded there"),
    absent: output(1, "because it is not present"),
    error_code: output(16),
  },
}, (m, io) => {
  const r = m.regs({
    pending: reg(16, 0, "the selector of the load under way"),
    segment: segmentNames.map((name) => ({
      selector: reg(16, name === "cs" ? 0xf000 : 0),
      base: reg(32, name === "cs" ? 0xffff0000 : 0),
      limit: reg(32, 0xffff, "offset of the last byte"),
      usable: reg(1, 1, "not null"),
      writable: reg(1, 1),
      expands_down: reg(1),
      big: reg(1, 0, "32-bit code or stack"),
    })),
    gdt: { base: reg(32), limit: reg(16, 0xffff) },
    idt: { base: reg(32), limit: reg(16, 0x3ff) },
  });

  // --- accesses ---------------------------------------------------------------------------------------
  const s = io.access.segment;
  const of = <N extends number>(pick: (x: (typeof r.segment)[number]) => Bits<N>): readonly Bits<N>[] =>
    r.segment.map(pick);
  const all = of((x) => x.base);
  io.base.value = select(io.base_of, [...all, r.gdt.base, r.idt.base, constant(0, 32)]);
  const { limit } = m.nets({
    limit: select(s, [...of((x) => x.limit), r.gdt.limit.zext(32), r.idt.limit.zext(32), constant(0xffffffff, 32)]),
  });
  const { usable, writable, expands_down, big } = m.nets({
    usable: select(s, [...of((x) => x.usable), constant(1, 1)]),
    writable: select(s, [...of((x) => x.writable), constant(1, 1)]),
    expands_down: select(s, [...of((x) => x.expands_down), constant(0, 1)]),
    big: select(s, [...of((x) => x.big), constant(0, 1)]),
  });
  const { last } = io.access;
  const beyond = last.gt(limit.zext(33));
  // A segment that expands down holds what is above its limit, up to 64K or 4G.
  const below = io.access.offset.le(limit).or(last.bit(32), big.not().and(last.slice(31, 16).any()));
  io.access.violation.value = usable.not().or(io.access.writes.and(writable.not()), mux(expands_down, below, beyond));

  // --- what else is asked -----------------------------------------------------------------------------
  io.selector.value = select(io.selector_of, [...of((x) => x.selector), constant(0, 16)]);
  io.table_base.value = mux(io.selector_of.is("gdt"), r.gdt.base, r.idt.base);
  io.table_limit.value = mux(io.selector_of.is("gdt"), r.gdt.limit, r.idt.limit);
  io.code.base.value = r.segment[1]!.base;
  io.code.big.value = r.segment[1]!.big;
  io.stack.big.value = r.segment[2]!.big;

  // --- updates ----------------------------------------------------------------------------------------
  const u = io.update;
  const d = descriptor(u.a, u.b);
  const suits: Bit = mux(u.segment.is("cs"), d.code,
    mux(u.segment.is("ss"), d.data.and(d.permits), d.data.or(d.code.and(d.permits))));
  const null_stack = u.nothing.and(u.segment.is("ss"));
  const { unsuitable } = m.nets({ unsuitable: u.descriptor.and(suits.not()).or(null_stack) });
  io.refused.absent.value = u.descriptor.and(suits, d.present.not());
  io.refused.valid.value = unsuitable.or(io.refused.absent);
  io.refused.error_code.value = mux(u.nothing, constant(0, 16), cat(r.pending.slice(15, 2), constant(0, 2)));

  m.when(u.selector, () => { r.pending.next = u.b.slice(15, 0); });
  const loads = io.refused.valid.not();
  segmentNames.forEach((name, i) => {
    const x = r.segment[i]!;
    m.when(u.segment.is(name).and(loads), () => {
      // Real mode leaves limit and rights as they were, except that CS may be written.
      m.when(u.real, () => {
        x.selector.next = u.b.slice(15, 0);
        x.base.next = cat(constant(0, 12), u.b.slice(15, 0), constant(0, 4));
        if (name === "cs") x.writable.next = 1;
      }).elsewhen(u.descriptor, () => {
        x.selector.next = r.pending;
        x.base.next = d.base;
        x.limit.next = d.limit;
        x.usable.next = 1;
        x.writable.next = d.data.and(d.permits);
        x.expands_down.next = d.expands_down;
        x.big.next = d.big;
      }).elsewhen(u.nothing, () => {
        x.selector.next = r.pending;
        x.usable.next = 0;
      });
    });
  });
  for (const name of ["gdt", "idt"] as const) {
    m.when(u.segment.is(name).and(u.table_base), () => { r[name].base.next = u.b; });
    m.when(u.segment.is(name).and(u.table_limit), () => { r[name].limit.next = u.b.slice(15, 0); });
  }
});
