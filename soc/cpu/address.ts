// The address stage: base, index and displacement become an offset, with the segment's base a linear address, and the
// load starts. ESP lives here, so that pushes and pops follow each other clock by clock.
import { cat, constant, enumeration, input, module, mux, output, reg, regNoReset, type Bits } from "#hdl-gen";
import { Segment } from "./microop.ts";
import { operandFrom, operandNumber, registerNumber, sourceWidthOf } from "./resolve.ts";
import { inputsOf, outputsOf, picked, registersOf } from "./shape.ts";
import { addressedShape, passedShape, stepShape } from "./stages.ts";

/** A register written in this clock: the execute stage's result on its way to the register file. */
export const writeIn = {
  number: input(4),
  lanes: input(4, "a bit for each byte written, lowest first"),
  value: input(32),
} as const;

interface RegisterWrite {
  readonly number: Bits<4>;
  readonly lanes: Bits<4>;
  readonly value: Bits<32>;
}

/** What `value`, read as register `number`, is once this clock's write has happened. */
export function forwarded(value: Bits<32>, number: Bits<4>, write: RegisterWrite): Bits<32> {
  const lane = (i: number): Bits<8> => write.lanes.bit(i).replicate(8);
  const written = cat(lane(3), lane(2), lane(1), lane(0)).and(write.number.eq(number).replicate(32));
  return value.and(written.not()).or(write.value.and(written));
}

/** With paging: how far the access here has come. */
const Phase = enumeration("phase", ["offset", "first_page", "second_page"]);

export const addressStage = module("address_stage", "Effective and linear addresses, and ESP.", {
  valid: input(1, "decode has a step"),
  step: inputsOf(stepShape),
  hold: input(1, "execute is not done"),
  kill: input(1, "the step here is for another way"),
  go: output(1, "a step is taken in this clock"),
  condition_ahead: output(1, "a microcode condition is here, not yet known"),
  base: { number: output(4), value: input(32) },
  index: { number: output(4), value: input(32) },
  write: writeIn,
  pending: {
    valid: input(1, "the step in the memory stage will write a register"),
    number: input(4),
  },
  stores: input(1, "the step in the memory stage is a store, which has the memory port, or an access to a device"),
  esp: {
    restore: input(1, "what was counted ahead is for another way: value is right"),
    value: input(32),
  },
  segment: { of: output(Segment), base: input(32) },
  code_base: input(32, "base of CS"),
  stack: {
    big: input(1, "SS says that the stack pointer has 32 bits"),
    next_big: input(1, "so does the stack that a far transfer leads to"),
  },
  vector_offset: input(32, "of the delivered vector's entry in the interrupt table, in bytes"),
  vector_half: input(32, "of the upper half of that entry"),
  read: {
    enable: output(1),
    address: output(30, "word address"),
    data: input(64, "that word and the next, one clock after"),
  },
  paging: {
    enabled: input(1),
    user: input(1, "CPL is 3"),
    next_user: input(1, "the level that a far transfer leads to is 3"),
    page: output(20, "of which the frame is asked for"),
    writes: output(1),
    by_user: output(1),
    hit: input(1),
    frame: input(20),
    quiet: input(1, "no older step is under way: page tables may be walked"),
    walk: output(1, "held until walked"),
    waits: output(1, "for a walk, its clocks included"),
    walked: input(1),
    faults: input(1, "with walked: the page is not to be had"),
    error_code: input(6),
  },
  occupied: output(1, "a step is here"),
  here: { start: output(32, "linear address of the instruction here"), end: output(32) },
  leaves: output(1, "a step goes to the memory stage"),
  addressed: outputsOf(addressedShape),
}, (m, io) => {
  const { held_valid: valid, held_esp, held: r } = m.regs({
    held_valid: reg(1),
    held_esp: reg(32, 0, "with the pushes and pops of all steps so far"),
    held: registersOf(stepShape),
  });
  // With paging, an access stays a clock longer, and another one if it crosses the end of a page: a clock for each page.
  const t = m.regs({
    phase: reg(Phase),
    asked_linear: regNoReset(32, "what the first clock found"),
    first_frame: regNoReset(20),
    entered: reg(1, 0, "the first clock of the second page"),
    first_word: regNoReset(32, "the word before the end of the page"),
  });

  // --- registers ----------------------------------------------------------------------------------
  io.base.number.value = r.base_number;
  io.index.number.value = r.index_number.zext(4);
  const esp_number = constant(registerNumber("esp"), 4);
  const { esp_now: esp } = m.nets({ esp_now: forwarded(held_esp, esp_number, io.write) });
  const { next_eip } = m.nets({ next_eip: r.next_address.sub(io.code_base) });
  const { base_now, index_now } = m.nets({ base_now: 32, index_now: 32 });
  base_now.value = 0;
  m.when(r.base_is_next_eip, () => { base_now.value = next_eip; })
    .elsewhen(r.has_base, () => {
      base_now.value = mux(r.base_number.eq(esp_number), esp, forwarded(io.base.value, r.base_number, io.write));
    });
  index_now.value = 0;
  m.when(r.has_index, () => {
    index_now.value = forwarded(io.index.value, r.index_number.zext(4), io.write);
  });

  // --- operands -----------------------------------------------------------------------------------
  const { source } = m.nets({
    source: sourceWidthOf(r.source_role, r.width, { operand16: r.operand16, wide: r.condition.bit(0) }),
  });
  const roles = { rm: r.rm, reg: r.reg, opreg: r.condition.slice(2, 0) };
  const a = operandNumber(m, "a", r.a_role, r.width.is("byte"), roles);
  const b = operandNumber(m, "b", r.b_role, source.is("byte"), roles);
  const to = operandNumber(m, "to", r.to_role, r.width.is("byte"), roles);
  const { own_constant } = m.nets({ own_constant: r.constant.sext(32) });
  const { immediate } = m.nets({ immediate: 32 });
  immediate.value = r.immediate_bytes;
  m.match(r.extension, [
    ["none", () => { immediate.value = 0; }],
    ["byte", () => { immediate.value = r.immediate_bytes.slice(7, 0).zext(32); }],
    ["signed_byte", () => { immediate.value = r.immediate_bytes.slice(7, 0).sext(32); }],
    ["word", () => { immediate.value = r.immediate_bytes.slice(15, 0).zext(32); }],
    ["signed_word", () => { immediate.value = r.immediate_bytes.slice(15, 0).sext(32); }],
  ], () => {});

  const pushes = r.stack.is("push");
  const uses_stack = pushes.or(r.stack.is("pop"));
  const { stack_bytes } = m.nets({ stack_bytes: mux(r.width.is("word"), constant(2, 32), 4) });
  const { displacement } = m.nets({ displacement: 32 });
  displacement.value = 0;
  m.match(r.displacement_role, [
    ["context", () => { displacement.value = r.displacement; }],
    ["immediate", () => { displacement.value = immediate; }],
    ["plus_2", () => { displacement.value = 2; }],
    ["plus_4", () => { displacement.value = 4; }],
    ["plus_size", () => { displacement.value = mux(r.operand16, constant(2, 32), 4); }],
    ["constant", () => { displacement.value = own_constant; }],
    ["slots", () => { displacement.value = mux(r.operand16, own_constant.shl(1), own_constant.shl(2)); }],
    ["vector", () => { displacement.value = io.vector_offset; }],
    ["vector_high", () => { displacement.value = io.vector_half; }],
  ], () => {});
  m.when(pushes, () => { displacement.value = constant(0, 32).sub(stack_bytes); });

  // Offsets wrap at 64K by the address size, on the stack by that of SS, in jumps by the operand size; ports have 16
  // bits.
  const in_table = r.segment.is("gdt", "idt", "table", "tss", "next_code", "linear");
  const on_stack = uses_stack.or(r.displacement_role.is("slots"));
  const stack_wraps = mux(r.segment.is("next_stack"), io.stack.next_big, io.stack.big).not();
  const { wraps16 } = m.nets({
    wraps16: mux(r.memory.is("input", "output"), constant(1, 1),
      mux(on_stack, stack_wraps, mux(r.base_is_next_eip, r.operand16, in_table.not().and(r.address16)))),
  });

  // --- offset and linear address ------------------------------------------------------------------
  // Registers may arrive late in the clock, from the execute stage; displacement and segment base are there early, and
  // added first. In 16-bit offsets only the lower half wraps, so the upper half of the linear address takes its carry.
  io.segment.of.value = r.segment;
  const { early } = m.nets({ early: displacement.add(io.segment.base) });
  const { scaled } = m.nets({ scaled: index_now.shl(r.scale) });
  const { offset, straight } = m.nets({
    offset: base_now.add(scaled).add(displacement),
    straight: base_now.add(scaled).add(early),
  });
  const { ea } = m.nets({ ea: mux(wraps16, offset.slice(15, 0).zext(32), offset) });
  const { lower_half } = m.nets({
    lower_half: offset.slice(15, 0).zext(17).add(io.segment.base.slice(15, 0).zext(17)),
  });
  const { upper_half } = m.nets({ upper_half: io.segment.base.slice(31, 16).add(lower_half.bit(16).zext(16)) });
  const { linear } = m.nets({
    linear: cat(mux(wraps16, upper_half, straight.slice(31, 16)), straight.slice(15, 0)),
  });
  m.unused(lower_half.slice(15, 0));
  const { loads } = m.nets({ loads: r.memory.is("load", "modify") });

  // --- the stack pointer --------------------------------------------------------------------------
  const { moves_esp } = m.nets({ moves_esp: uses_stack });
  const { moved } = m.nets({
    moved: base_now.add(mux(pushes, constant(0, 32).sub(stack_bytes), stack_bytes)),
  });
  // A 16-bit stack moves SP and leaves the upper half of ESP alone.
  const { esp_after } = m.nets({ esp_after: mux(io.stack.big, moved, cat(esp.slice(31, 16), moved.slice(15, 0))) });

  // --- going on -----------------------------------------------------------------------------------
  // LEAVE moves ESP without reading it, but a write of ESP still under way must come first all the same.
  const awaits_register = io.pending.valid.and(
    r.has_base.and(io.pending.number.eq(r.base_number)).or(
      r.has_index.and(io.pending.number.eq(r.index_number.zext(4))),
      moves_esp.and(io.pending.number.eq(esp_number))));
  // What is refused asks nothing of the page tables: no bit is set there for it.
  const { translates } = m.nets({
    translates: io.paging.enabled.and(r.refusal.is("none"), r.memory.is("load", "modify", "store")),
  });
  const { in_first, in_second } = m.nets({ in_first: t.phase.is("first_page"), in_second: t.phase.is("second_page") });
  const bytes_beyond_first = mux(source.is("byte"), constant(0, 13), mux(source.is("word"), constant(1, 13),
    mux(source.is("pair"), constant(7, 13), 3)));
  const { last_in_page } = m.nets({
    last_in_page: t.asked_linear.slice(11, 0).zext(13).add(bytes_beyond_first),
  });
  const crosses = last_in_page.bit(12);
  m.unused(last_in_page.slice(11, 0));
  const { asked_page } = m.nets({ asked_page: t.asked_linear.slice(31, 12) });
  const { second_page } = m.nets({ second_page: asked_page.add(1) });
  io.paging.page.value = mux(in_second, second_page, asked_page);
  io.paging.writes.value = r.memory.is("store", "modify");
  io.paging.by_user.value = mux(r.segment.is("next_stack"), io.paging.next_user,
    io.paging.user.and(r.segment.is("gdt", "idt", "ldt", "tss", "table", "linear").not()));
  const asking = in_first.or(in_second).and(valid);
  io.paging.walk.value = asking.and(io.paging.hit.not(), io.paging.quiet);
  io.paging.waits.value = asking.and(io.paging.hit.not(), io.hold.not(), io.kill.not());
  const { refused } = m.nets({ refused: asking.and(io.paging.walked, io.paging.faults) });
  const { found } = m.nets({ found: asking.and(io.paging.hit, loads.and(io.stores).not(), io.hold.not()) });
  const { needs_second } = m.nets({ needs_second: in_first.and(crosses) });
  const { placed } = m.nets({ placed: translates.not().or(refused, found.and(needs_second.not())) });
  const { stands } = m.nets({
    stands: valid.and(awaits_register.or(loads.and(io.stores), placed.not())),
  });
  m.when(io.kill.or(io.go), () => { t.phase.next = "offset"; })
    .elsewhen(found.and(needs_second), () => { t.phase.next = "second_page"; })
    .elsewhen(valid.and(translates, t.phase.is("offset"), awaits_register.not(), io.hold.not()), () => {
      t.phase.next = "first_page";
    });
  m.when(t.phase.is("offset"), () => { t.asked_linear.next = linear; });
  m.when(in_first, () => { t.first_frame.next = io.paging.frame; });
  t.entered.next = in_first;
  m.when(t.entered.and(in_second), () => { t.first_word.next = io.read.data.slice(31, 0); });
  m.unused(io.read.data.slice(63, 32));
  io.occupied.value = valid;
  io.here.start.value = r.start;
  io.here.end.value = r.next_address;
  io.go.value = io.hold.or(stands).not();
  io.leaves.value = valid.and(io.go, io.kill.not());
  io.condition_ahead.value = valid.and(r.next.is("end").not());
  // What is not on chip is read too, and not used: there is no time here to look where an address lies.
  const { physical_page } = m.nets({ physical_page: mux(in_second, t.first_frame, io.paging.frame) });
  const { physical } = m.nets({
    physical: mux(io.paging.enabled, cat(physical_page, t.asked_linear.slice(11, 0)), linear),
  });
  io.read.enable.value = valid.and(loads, mux(translates, found, io.go));
  io.read.address.value = mux(in_second, cat(io.paging.frame, constant(0, 10)), physical.slice(31, 2));

  m.when(io.kill, () => { valid.next = 0; }).elsewhen(io.go, () => { valid.next = io.valid; });
  m.when(io.go, () => { m.drive(r, io.step); });
  held_esp.next = esp;
  m.when(io.esp.restore, () => { held_esp.next = io.esp.value; })
    .elsewhen(io.leaves.and(moves_esp), () => { held_esp.next = esp_after; });

  m.drive(io.addressed, {
    ...picked(passedShape, r),
    source,
    a: operandFrom(m, "a_source", r.a_role),
    a_number: a.number,
    a_high: a.high,
    b: operandFrom(m, "b_source", r.b_role),
    b_number: b.number,
    b_high: b.high,
    writes: r.to_role.is("none").not().and(r.to_role.is("rm").and(r.first.not(), r.rm_is_memory).not()),
    to_number: to.number,
    to_high: to.high,
    immediate: mux(r.b_role.is("constant"), own_constant, immediate),
    next_eip,
    ea,
    linear: mux(refused.and(in_second), cat(second_page, constant(0, 12)), linear),
    physical,
    crosses_page: in_second,
    second_frame: io.paging.frame,
    page_faults: refused,
    page_error_code: io.paging.error_code,
    first_word: mux(t.entered, io.read.data.slice(31, 0), t.first_word),
    segment: r.segment,
    esp,
    moves_esp,
    esp_after,
  });
});
