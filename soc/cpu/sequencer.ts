// The decode stage: one step each clock, the first of an instruction from the decoder, the others from the microcode.
import { constant, input, module, mux, net, output, reg, regNoReset } from "#hdl-gen";
import { contextShape, decoder } from "./decode.ts";
import { windowBytes } from "./fetch.ts";
import { Width } from "./flags.ts";
import { jumpFinder } from "./jumps.ts";
import { microcodeLabels } from "./microcode.ts";
import { Jump, Memory, microOpColumns, Next, Segment } from "./microop.ts";
import { microcodeAddressWidth, microcodeStore } from "./microstore.ts";
import { fixedBase, operandFrom, operandNumber, registerNumber, sourceWidthOf, widthOf } from "./resolve.ts";
import { muxed, outputsOf, registersOf } from "./shape.ts";
import { stepShape } from "./stages.ts";

const callRelative = microcodeLabels.get("call_relative")!;

export const sequencer = module("sequencer", "The decode stage: instructions and microcode become a step each clock.", {
  window: input(windowBytes * 8, "lowest byte first"),
  available: input(6, "bytes of the window and beyond that are there"),
  address: input(32, "linear address of the window's first byte"),
  code_big: input(1, "CS says that operands and addresses have 32 bits"),
  stack_big: input(1, "SS says that the stack pointer has 32 bits"),
  go: input(1, "the address stage takes a step in this clock"),
  condition_ahead: input(1, "a microcode condition is under way and not yet known"),
  flush: input(1, "what is being decoded is for another way"),
  micro: {
    valid: input(1, "with flush: the microcode goes on at address"),
    address: input(microcodeAddressWidth),
  },
  stopped: input(1, "HLT: decode nothing"),
  take: output(4, "bytes used up"),
  jump: {
    valid: output(1, "a direct jump taken here"),
    target: output(32, "linear address"),
  },
  valid: output(1, "there is a step"),
  step: outputsOf(stepShape),
}, (m, io) => {
  const r = m.regs({
    in_microcode: reg(1, 0, "the step here is the microcode's, not the decoder's"),
    at: reg(microcodeAddressWidth, 0, "the microcode step that is here"),
    waited: reg(1, 0, "an instruction of more than 8 bytes has had its extra clock"),
    prefixed: reg(1, 0, "a prefix came before"),
    start: regNoReset(32, "linear address of the instruction, prefixes included"),
    prefix: {
      operand: reg(1, 0, "66"),
      address: reg(1, 0, "67"),
      override: reg(1, 0, "a segment prefix"),
      segment: reg(Segment),
      repeat: reg(1, 0, "F2 or F3"),
      repeat_while_zero: reg(1, 0, "F3"),
      lock: reg(1, 0, "F0"),
    },
    // For the microcode: the instruction's context, sizes, and what follows it.
    kept: {
      ...registersOf(contextShape),
      operand16: regNoReset(1),
      address16: regNoReset(1),
      repeat_while_zero: regNoReset(1),
      width: regNoReset(Width),
      next_address: regNoReset(32),
    },
  });

  // --- the instruction at the window -----------------------------------------------------------
  const { operand16, address16 } = m.nets({
    operand16: mux(r.in_microcode, r.kept.operand16, r.prefix.operand.eq(io.code_big)),
    address16: mux(r.in_microcode, r.kept.address16, r.prefix.address.eq(io.code_big)),
  });
  const d = m.instance("decoder", decoder, {
    window: io.window,
    prefixes: {
      operand16,
      address16,
      override: r.prefix.override,
      segment: r.prefix.segment,
      repeat: r.prefix.repeat,
      lock: r.prefix.lock,
    },
  });
  // Fetch brings 8 bytes a clock: a longer instruction takes two clocks, so that those behind it wait for nothing.
  const { too_long } = m.nets({ too_long: d.length.gt(8) });
  const { enough } = m.nets({ enough: d.length.zext(6).le(io.available).and(too_long.not().or(r.waited)) });
  const { decodes } = m.nets({
    decodes: r.in_microcode.not().and(enough, io.go, io.stopped.not(), io.flush.not()),
  });
  io.take.value = mux(decodes, d.length, 0);
  m.when(io.flush.or(decodes), () => { r.waited.next = 0; })
    .elsewhen(io.go.and(r.in_microcode.not(), io.stopped.not()), () => { r.waited.next = too_long; });
  const { begins } = m.nets({ begins: decodes.and(d.is_prefix.not()) });

  m.when(io.flush, () => { forgetPrefixes(); })
    .elsewhen(begins, () => { forgetPrefixes(); })
    .elsewhen(decodes, () => {
      r.prefixed.next = 1;
      m.when(d.prefix.operand, () => { r.prefix.operand.next = 1; });
      m.when(d.prefix.address, () => { r.prefix.address.next = 1; });
      m.when(d.prefix.segment, () => {
        r.prefix.override.next = 1;
        r.prefix.segment.next = d.prefix.segment_name;
      });
      m.when(d.prefix.lock, () => { r.prefix.lock.next = 1; });
      m.when(d.prefix.repeat, () => {
        r.prefix.repeat.next = 1;
        r.prefix.repeat_while_zero.next = d.prefix.repeat_while_zero;
      });
    });
  function forgetPrefixes(): void {
    r.prefixed.next = 0;
    r.prefix.operand.next = 0;
    r.prefix.address.next = 0;
    r.prefix.override.next = 0;
    r.prefix.repeat.next = 0;
    r.prefix.lock.next = 0;
  }
  const { started_at } = m.nets({ started_at: mux(r.prefixed.or(r.in_microcode), r.start, io.address) });
  m.when(r.prefixed.or(r.in_microcode).not(), () => { r.start.next = io.address; });
  const { next_address } = m.nets({
    next_address: mux(r.in_microcode, r.kept.next_address, io.address.add(d.length.zext(32))),
  });

  // --- microcode ----------------------------------------------------------------------------------
  const { next_at } = m.nets({ next_at: microcodeAddressWidth });
  const store = m.instance("store", microcodeStore, { address: next_at });
  const micro = store.step;
  const conditional = micro.next.is(
    "if_zero", "if_many", "if_repeat", "if_equal", "if_protected", "if_error_code");
  const { ends, awaits } = m.nets({
    ends: micro.next.is("end"),
    awaits: io.condition_ahead.and(micro.next.is("end")),
  });
  const { jumps_there } = m.nets({ jumps_there: micro.next.is("jump").or(conditional.and(micro.expected)) });
  const { following } = m.nets({ following: r.at.add(1) });
  // A relative call is one step: the jump finder jumps, the step pushes. What the jump finder leaves alone needs two.
  const { continues16 } = m.nets({
    continues16: d.operation.jump.is("relative").and(d.operation.stack.is("push"), operand16),
  });
  const { steps } = m.nets({ steps: r.in_microcode.and(awaits.not(), io.go, io.flush.not()) });
  m.when(io.flush, () => { r.in_microcode.next = io.micro.valid; })
    .elsewhen(begins, () => { r.in_microcode.next = d.continues.and(d.defined).or(continues16); })
    .elsewhen(steps, () => { r.in_microcode.next = ends.not(); });
  // The memory is asked for a routine's first step whether or not an instruction begins: no time to wait for that.
  m.when(io.flush, () => { next_at.value = io.micro.address; })
    .elsewhen(r.in_microcode.not(), () => {
      next_at.value = mux(continues16, constant(callRelative, microcodeAddressWidth), d.entry);
    })
    .elsewhen(steps, () => { next_at.value = mux(jumps_there, micro.target, following); })
    .otherwise(() => { next_at.value = r.at; });
  r.at.next = next_at;

  // --- the step -----------------------------------------------------------------------------------
  const { context, operation: u } = m.nets({
    context: muxed(contextShape, r.in_microcode, r.kept, d.context),
    operation: muxed(microOpColumns, r.in_microcode, micro, d.operation),
  });
  const wide = context.opcode.bit(0);
  const { width } = m.nets({ width: widthOf(u.size, { operand16, address16, wide, first: r.kept.width }) });
  const { source } = m.nets({ source: sourceWidthOf(u.source, width, { operand16, wide }) });
  m.when(r.in_microcode.not(), () => {
    m.drive(r.kept, {
      ...d.context,
      operand16,
      address16,
      repeat_while_zero: r.prefix.repeat_while_zero,
      width,
      next_address,
    });
  });

  const roles = { rm: context.rm, reg: context.reg, opreg: context.opcode.slice(2, 0) };
  const a = operandNumber(m, "a", u.a, width.is("byte"), roles);
  const b = operandNumber(m, "b", u.b, source.is("byte"), roles);
  const to = operandNumber(m, "to", u.to, width.is("byte"), roles);
  const rm_is_memory = context.is_register.not();
  const { memory } = m.nets({ memory: Memory });
  memory.value = u.memory;
  m.when(u.memory.is("store_rm"), () => {
    memory.value = mux(rm_is_memory, Memory("store"), Memory("none"));
  });

  const pushes = u.stack.is("push");
  const uses_stack = pushes.or(u.stack.is("pop"));
  const from_context = u.base.is("context");
  const { stack_bytes } = m.nets({ stack_bytes: mux(width.is("word"), constant(2, 32), 4) });
  const { displacement } = m.nets({ displacement: net(32) });
  displacement.value = 0;
  m.match(u.displacement, [
    ["context", () => { displacement.value = context.displacement; }],
    ["immediate", () => { displacement.value = context.immediate; }],
    ["plus_2", () => { displacement.value = 2; }],
    ["plus_4", () => { displacement.value = 4; }],
    ["plus_size", () => { displacement.value = mux(operand16, constant(2, 32), 4); }],
  ], () => {});
  m.when(pushes, () => { displacement.value = constant(0, 32).sub(stack_bytes); });

  // What is sent away by a flush may redirect fetch all the same: a later stage's jump goes first, and an exception
  // jumps anyway.
  const found = m.instance("jump_finder", jumpFinder, {
    window: io.window.slice(47, 0),
    available: io.available,
    address: io.address,
    operand16: r.prefix.operand.eq(io.code_big),
  });
  io.jump.valid.value = found.complete.and(r.in_microcode.not(), io.go, io.stopped.not());
  io.jump.target.value = found.target;
  const { predicted } = m.nets({ predicted: found.predicted.and(r.in_microcode.not()) });

  // Offsets wrap at 64K by the address size, on the stack by that of SS, in jumps by the operand size; ports have 16
  // bits.
  const in_table = u.segment.is("gdt", "idt", "linear");
  const { wraps } = m.nets({
    wraps: mux(memory.is("input", "output"), constant(1, 1),
      mux(uses_stack, io.stack_big.not(), mux(u.base.is("next_eip"), operand16, in_table.not().and(address16)))),
  });

  io.valid.value = begins.or(steps);
  const segment = mux(u.segment.is("context"), context.segment, u.segment);
  const nothing_base = u.base.is("none");
  const stack_base = uses_stack.and(nothing_base);
  m.drive(io.step, {
    last: mux(r.in_microcode, ends, d.continues.and(d.defined).or(continues16).not()),
    interruptible: mux(r.in_microcode, micro.interruptible, constant(1, 1)),
    operation: u.operation,
    width,
    source,
    a: operandFrom(m, "a_source", u.a),
    b: operandFrom(m, "b_source", u.b),
    writes: u.to.is("none").not().and(u.to.is("rm").and(r.in_microcode, rm_is_memory).not()),
    to_number: to.number,
    to_high: to.high,
    flags: u.flags,
    target: segment,
    memory,
    system: u.system,
    special: u.special,
    condition: context.opcode,
    count: context.immediate.slice(4, 0),
    defined: r.in_microcode.or(d.defined),
    start: started_at,
    a_number: a.number,
    a_high: a.high,
    b_number: b.number,
    b_high: b.high,
    jump: mux(continues16.and(r.in_microcode.not()), Jump("none"), u.jump),
    predicted,
    operand16,
    repeat_while_zero: mux(r.in_microcode, r.kept.repeat_while_zero, r.prefix.repeat_while_zero),
    next: mux(r.in_microcode.and(conditional), micro.next, Next("end")),
    alternative: mux(micro.expected, following, micro.target),
    expected: micro.expected,
    immediate: context.immediate,
    second: context.second,
    control: context.reg,
    next_address,
    has_base: mux(from_context, context.has_base, u.base.is("none", "next_eip").not().or(uses_stack)),
    base_number: mux(from_context, context.base.zext(4),
      mux(stack_base, constant(registerNumber("esp"), 4), fixedBase(m, u.base))),
    base_is_next_eip: u.base.is("next_eip"),
    has_index: from_context.and(context.has_index),
    index_number: context.index,
    scale: context.scale,
    displacement,
    wraps16: wraps,
    segment: mux(uses_stack, Segment("ss"), segment),
    stack: u.stack,
  });
});
