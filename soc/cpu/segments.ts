// Segment registers with their hidden parts, and the table registers, which are bases and limits alike.
import { cat, constant, input, module, mux, output, reg, select, type Bits } from "#hdl-gen";
import { contextSegments, switchPort } from "./context.ts";
import { Segment } from "./microop.ts";

/** Order of the registers here; of the first six, also the encoding of a segment register in an instruction. */
const segmentNames = [...contextSegments, "next_code", "next_stack"] as const;
type SegmentName = (typeof segmentNames)[number];
const place = (name: SegmentName): number => segmentNames.indexOf(name);

/** Of a descriptor's upper doubleword: operands, addresses or the stack pointer have 32 bits. */
const big_bit = 22;

/** What the fields of a descriptor's two doublewords mean (Intel SDM 3, 3.4.5). */
function descriptor(high: Bits<32>, low: Bits<32>) {
  const limit20 = cat(high.slice(19, 16), low.slice(15, 0));
  const is_code_or_data = high.bit(12);
  const executable = high.bit(11);
  const data = is_code_or_data.and(executable.not());
  const conforming = is_code_or_data.and(executable, high.bit(10));
  return {
    base: cat(high.slice(31, 24), high.slice(7, 0), low.slice(31, 16)),
    limit: mux(high.bit(23), cat(limit20, constant(0xfff, 12)), limit20.zext(32)),
    big: high.bit(big_bit),
    readable: data.or(high.bit(9)),
    writable: data.and(high.bit(9)),
    expands_down: data.and(high.bit(10)),
    /** The highest level that may keep it in DS, ES, FS or GS. */
    guard: mux(conforming, constant(3, 2), high.slice(14, 13)),
    of_386: high.bit(11),
  };
}

const flat = { limit: 0xffffffff, usable: 1, writable: 1, readable: 1, expands_down: 0, big: 1 } as const;

export const segmentFile = module("segment_file", "Selectors, bases, limits and rights of segments and tables.", {
  base_of: input(Segment),
  base: output(32, "of the segment that base_of names"),
  access: {
    segment: input(Segment),
    offset: input(32),
    last: input(33, "offset of the access's last byte"),
    reads: input(1),
    writes: input(1),
    violation: output(1, "the segment does not hold this access"),
  },
  selector_of: input(Segment),
  selector: output(16, "of the segment that selector_of names"),
  selectors: { tss: output(16), next_stack: output(16) },
  table_base: output(32, "of the table that selector_of names"),
  table_limit: output(16),
  loading: output(16, "the selector of the load under way"),
  loading_now: output(16, "so soon as this clock's set_selector says"),
  code: {
    base: output(32),
    limit: output(32),
    big: output(1, "operands and addresses have 32 bits"),
    next_base: output(32, "of the segment that a far transfer leads to"),
  },
  stack: {
    big: output(1, "the stack pointer has 32 bits"),
    next_big: output(1, "of the stack that a far transfer leads to"),
  },
  task_of_386: output(1, "TR holds a 386 TSS"),
  level: input(2, "the privilege level that a far transfer leads to"),
  update: {
    segment: input(Segment, "what an update writes"),
    selector: input(1, "remember b as the selector that a load writes"),
    chooses: input(1, "so it will be, unless the step is sent away with all behind it"),
    describes: input(1, "the same of a descriptor's load"),
    real: input(1, "load as real mode does: base = 16 times the selector b"),
    virtual: input(1, "load as virtual-8086 mode does: 64 KB to read and write besides"),
    descriptor: input(1, "load from the descriptor a:low"),
    nothing: input(1, "load a null selector"),
    bare: input(1, "load the selector b, and no segment"),
    table_base: input(1, "load a table's base from b"),
    table_limit: input(1, "load a table's limit from b"),
    commit_code: input(1, "what was loaded as next_code becomes CS"),
    commit_stack: input(1, "what was loaded as next_stack becomes SS"),
    drop: input(1, "null what the new level may not keep in DS, ES, FS and GS"),
    clear: input(1, "null DS, ES, FS and GS"),
    flat: input(1, "load CS and SS with 4 GB"),
    flat_selector: input(16, "of the code segment then; the stack's is the next"),
    a: input(32),
    b: input(32),
    low: input(32),
  },
  exchange: input(1, "the registers become those of another context"),
  incoming: { segments: switchPort.incoming.segments, task_of_386: input(1) },
  outgoing: { segments: switchPort.outgoing.segments },
}, (m, io) => {
  const r = m.regs({
    pending: reg(16, 0, "the selector of the load under way"),
    segment: segmentNames.map((name) => ({
      selector: reg(16, name === "cs" ? 0xf000 : 0),
      base: reg(32, name === "cs" ? 0xffff0000 : 0),
      limit: reg(32, 0xffff, "offset of the last byte"),
      usable: reg(1, name === "ldt" ? 0 : 1, "not null"),
      readable: reg(1, 1),
      writable: reg(1, 1),
      expands_down: reg(1),
      big: reg(1, 0, "32-bit code or stack"),
      guard: reg(2, 0, "the highest level that may keep it in a data segment register"),
    })),
    tss_of_386: reg(1, 1),
    gdt: { base: reg(32), limit: reg(16, 0xffff) },
    idt: { base: reg(32), limit: reg(16, 0xffff) },
  });

  const u = io.update;

  // --- accesses ---------------------------------------------------------------------------------------
  const s = io.access.segment;
  const of = <N extends number>(pick: (x: (typeof r.segment)[number]) => Bits<N>): readonly Bits<N>[] =>
    r.segment.map(pick);
  const ldt = r.segment[place("ldt")]!;
  // The table that is addressed in this clock may be the one that a selector chooses in the same.
  const { pending_now } = m.nets({ pending_now: mux(u.chooses, u.b.slice(15, 0), r.pending) });
  const local = pending_now.bit(2);
  const zero = constant(0, 32);
  io.base.value = select(io.base_of,
    [...of((x) => x.base), r.gdt.base, r.idt.base, mux(local, ldt.base, r.gdt.base), zero]);
  const { limit } = m.nets({
    limit: select(s, [
      ...of((x) => x.limit), r.gdt.limit.zext(32), r.idt.limit.zext(32), mux(local, ldt.limit, r.gdt.limit.zext(32)),
      constant(0xffffffff, 32),
    ]),
  });
  const always = constant(1, 1);
  const { usable, readable, writable, expands_down, big } = m.nets({
    usable: select(s, [...of((x) => x.usable), always, always, local.not().or(ldt.usable), always]),
    readable: select(s, [...of((x) => x.readable), always]),
    // A TSS is code by the bit that means writable: what the microcode writes there is not asked.
    writable: select(s, [...of((x) => x.writable), always]).or(s.is("ldt", "tss")),
    expands_down: select(s, [...of((x) => x.expands_down), constant(0, 1)]).and(s.is("ldt", "tss").not()),
    big: select(s, [...of((x) => x.big), constant(0, 1)]),
  });
  const { last } = io.access;
  const beyond = last.gt(limit.zext(33));
  // A segment that expands down holds what is above its limit, up to 64K or 4G.
  const below = io.access.offset.le(limit).or(last.bit(32), big.not().and(last.slice(31, 16).any()));
  const forbidden = io.access.writes.and(writable.not()).or(io.access.reads.and(readable.not(), s.is("tss").not()));
  io.access.violation.value = usable.not().or(forbidden, mux(expands_down, below, beyond));

  // --- what else is asked -----------------------------------------------------------------------------
  io.selector.value = select(io.selector_of, [...of((x) => x.selector), constant(0, 16)]);
  io.selectors.tss.value = r.segment[place("tss")]!.selector;
  io.selectors.next_stack.value = r.segment[place("next_stack")]!.selector;
  io.table_base.value = mux(io.selector_of.is("gdt"), r.gdt.base, r.idt.base);
  io.table_limit.value = mux(io.selector_of.is("gdt"), r.gdt.limit, r.idt.limit);
  io.loading.value = r.pending;
  io.loading_now.value = pending_now;
  const [code, stack] = [r.segment[place("cs")]!, r.segment[place("ss")]!] as const;
  const [next_code, next_stack] = [r.segment[place("next_code")]!, r.segment[place("next_stack")]!] as const;
  io.code.base.value = code.base;
  io.code.limit.value = code.limit;
  io.code.big.value = code.big;
  io.code.next_base.value = next_code.base;
  // Decode asks for it in the clock in which it is loaded.
  io.stack.big.value = mux(u.describes.and(u.segment.is("ss")), u.a.bit(big_bit), stack.big);
  io.stack.next_big.value = mux(u.describes.and(u.segment.is("next_stack")), u.a.bit(big_bit), next_stack.big);
  io.task_of_386.value = r.tss_of_386;

  m.unused(u.flat_selector.slice(1, 0), u.a.bit(21), u.a.bit(20), u.a.bit(15), u.a.bit(8));

  // --- updates ----------------------------------------------------------------------------------------
  const d = descriptor(u.a, u.low);
  m.when(u.selector, () => { r.pending.next = u.b.slice(15, 0); });
  segmentNames.forEach((name, i) => {
    const x = r.segment[i]!;
    const paragraph = cat(constant(0, 12), u.b.slice(15, 0), constant(0, 4));
    m.when(u.segment.is(name), () => {
      // Real mode leaves limit and rights as they were, except that CS may be read and written.
      m.when(u.real.or(u.virtual), () => {
        if (name === "next_code") {
          x.limit.next = code.limit;
          x.big.next = code.big;
          x.guard.next = code.guard;
          x.readable.next = 1;
          x.writable.next = 1;
        }
        x.selector.next = u.b.slice(15, 0);
        x.base.next = paragraph;
        x.usable.next = 1;
      }).elsewhen(u.descriptor, () => {
        x.selector.next = name === "next_code" ? cat(r.pending.slice(15, 2), io.level) : r.pending;
        x.base.next = d.base;
        x.limit.next = d.limit;
        x.usable.next = 1;
        x.readable.next = d.readable;
        x.writable.next = d.writable;
        x.expands_down.next = d.expands_down;
        x.big.next = d.big;
        x.guard.next = d.guard;
        if (name === "tss") r.tss_of_386.next = d.of_386;
      }).elsewhen(u.nothing, () => {
        x.selector.next = r.pending;
        x.usable.next = 0;
      }).elsewhen(u.bare, () => {
        x.selector.next = u.b.slice(15, 0);
        x.usable.next = 0;
      });
      m.when(u.virtual, () => {
        x.limit.next = 0xffff;
        x.readable.next = 1;
        x.writable.next = 1;
        x.expands_down.next = 0;
        x.big.next = 0;
        x.guard.next = 3;
      });
    });
  });
  const data = (["es", "ds", "fs", "gs"] as const).map((name) => r.segment[place(name)]!);
  for (const x of data) {
    m.when(u.clear.or(u.drop.and(x.usable.not().or(x.guard.lt(io.level)))), () => {
      x.selector.next = 0;
      x.usable.next = 0;
    });
  }
  m.when(u.commit_code, () => { m.drive(code, next_code); });
  m.when(u.commit_stack, () => { m.drive(stack, next_stack); });
  m.when(u.flat, () => {
    for (const [x, above] of [[code, 0], [stack, 8]] as const) {
      x.selector.next = cat(u.flat_selector.slice(15, 2).add(above / 4), io.level);
      x.base.next = 0;
      x.limit.next = flat.limit;
      x.usable.next = flat.usable;
      x.readable.next = flat.readable;
      x.writable.next = x === stack ? flat.writable : 0;
      x.expands_down.next = flat.expands_down;
      x.big.next = flat.big;
      x.guard.next = io.level;
    }
  });
  contextSegments.forEach((name, i) => {
    const x = r.segment[place(name)]!;
    m.drive(io.outgoing.segments[i]!, x);
    m.when(io.exchange, () => { m.drive(x, io.incoming.segments[i]!); });
  });
  m.when(io.exchange, () => { r.tss_of_386.next = io.incoming.task_of_386; });
  for (const name of ["gdt", "idt"] as const) {
    m.when(u.segment.is(name).and(u.table_base), () => { r[name].base.next = u.b; });
    m.when(u.segment.is(name).and(u.table_limit), () => { r[name].limit.next = u.b.slice(15, 0); });
  }
});
