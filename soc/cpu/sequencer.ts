// The decode stage: one step each clock, the first of an instruction from the decoder, the others from the microcode.
import { constant, input, module, mux, output, reg, regNoReset } from "#hdl-gen";
import { contextShape, decoder } from "./decode.ts";
import { bytes_with_length, windowBytes } from "./fetch.ts";
import { Width } from "./flags.ts";
import { jumpFinder } from "./jumps.ts";
import { microcodeLabels } from "./microcode.ts";
import { conditionalNexts, Jump, Memory, microOpColumns, Next, Segment } from "./microop.ts";
import { microcodeAddressWidth, microcodeStore } from "./microstore.ts";
import { fixedBase, registerNumber, widthOf } from "./resolve.ts";
import { muxed, outputsOf, registersOf } from "./shape.ts";
import { Refusal, stepShape } from "./stages.ts";

const callRelative = microcodeLabels.get("call_relative")!;
/** The one slot that a first step addresses: POPA's last. */
const farthest_popped = 7;
/** Bytes of the longest instruction, prefixes included (Intel SDM 2, 2.3.11). */
const longest = 15;

export const sequencer = module("sequencer", "The decode stage: instructions and microcode become a step each clock.", {
  window: input(windowBytes * 8, "lowest byte first"),
  available: input(6, "bytes of the window and beyond that are there"),
  address: input(32, "linear address of the window's first byte"),
  fetch_fault: input(1, "behind the bytes that are available is a page that is not to be had"),
  code_big: input(1, "CS says that operands and addresses have 32 bits"),
  stack_big: input(1, "SS says that the stack pointer has 32 bits"),
  mode: {
    real: input(1, "real or virtual-8086 mode"),
    virtual_8086: input(1),
    checks_ports: input(1, "the I/O permission bitmap decides on ports"),
    cpl: input(2),
    port_level: input(2, "IOPL"),
    time_disabled: input(1, "CR4.TSD"),
    counters_enabled: input(1, "CR4.PCE"),
    emulates: input(1, "CR0.EM"),
    monitors: input(1, "CR0.MP"),
    task_switched: input(1, "CR0.TS"),
    entry_set: input(1, "SYSENTER's code selector is not null"),
    guards_debug: input(1, "DR7.GD"),
  },
  go: input(1, "the address stage takes a step in this clock"),
  condition_ahead: input(1, "a microcode condition is under way and not yet known"),
  flush: input(1, "what is being decoded is for another way"),
  micro: {
    valid: input(1, "with flush: the microcode goes on at address"),
    address: input(microcodeAddressWidth),
  },
  stopped: input(1, "HLT: decode nothing"),
  breaks: input(1, "the debug unit has a breakpoint at the instruction here"),
  take: output(4, "bytes used up"),
  jump: {
    valid: output(1, "a direct jump taken here"),
    likely: output(1, "if the pipeline moves"),
    target: output(32, "linear address"),
  },
  lacks: output(1, "decode waits for bytes"),
  from: output(32, "linear address of the instruction here"),
  valid: output(1, "there is a step"),
  step: outputsOf(stepShape),
}, (m, io) => {
  const r = m.regs({
    in_microcode: reg(1, 0, "the step here is the microcode's, not the decoder's"),
    at: reg(microcodeAddressWidth, 0, "the microcode step that is here"),
    waited: reg(1, 0, "an instruction of more than 8 bytes has had its extra clock"),
    prefixed: reg(1, 0, "a prefix came before"),
    prefix_bytes: reg(4, 0, "prefixes that came before"),
    return_to: [reg(microcodeAddressWidth, 0, "where the microcode's subroutine returns to"),
      reg(microcodeAddressWidth, 0, "where the subroutine returns to that called it")],
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
    mode: { real: io.mode.real, checks_ports: io.mode.checks_ports },
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
  const { has_length } = m.nets({ has_length: io.available.ge(bytes_with_length) });
  const { complete } = m.nets({ complete: d.length.zext(6).le(io.available) });
  const { enough } = m.nets({ enough: complete.and(too_long.not().or(r.waited)) });
  // Bytes are used up even as the instruction is sent away: fetch then begins anew before any more are wanted.
  const { takes } = m.nets({ takes: r.in_microcode.not().and(enough, io.go, io.stopped.not()) });
  const { decodes } = m.nets({ decodes: takes.and(io.flush.not()) });
  io.take.value = d.length.and(takes.replicate(4));
  m.when(io.flush.or(decodes), () => { r.waited.next = 0; })
    .elsewhen(io.go.and(r.in_microcode.not(), io.stopped.not()), () => { r.waited.next = too_long.and(has_length); });
  const { bytes_so_far } = m.nets({ bytes_so_far: r.prefix_bytes.zext(5).add(d.length.zext(5)) });
  const { endless } = m.nets({ endless: bytes_so_far.gt(longest) });
  // An instruction that is not to be had in full is refused as soon as all in front of it is on its way.
  const { cut_off } = m.nets({
    cut_off: io.fetch_fault.and(complete.not(), r.in_microcode.not(), io.go, io.stopped.not(), io.flush.not()),
  });
  const { begins } = m.nets({ begins: decodes.and(d.is_prefix.not().or(endless)).or(cut_off) });

  m.when(io.flush, () => { forgetPrefixes(); })
    .elsewhen(begins, () => { forgetPrefixes(); })
    .elsewhen(decodes, () => {
      r.prefixed.next = 1;
      r.prefix_bytes.next = r.prefix_bytes.add(1);
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
    r.prefix_bytes.next = 0;
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
  const conditional = micro.next.is(...conditionalNexts);
  const { ends, awaits } = m.nets({
    ends: micro.next.is("end"),
    // What cannot be taken back waits until a condition in front of it is known.
    awaits: io.condition_ahead.and(
      micro.next.is("end", "call", "return").or(micro.operands.is("instruction").not())),
  });
  const { jumps_there } = m.nets({ jumps_there: micro.next.is("jump", "call").or(conditional.and(micro.expected)) });
  const { following } = m.nets({ following: r.at.add(1) });
  // A relative call is one step: the jump finder jumps, the step pushes. What the jump finder leaves alone needs two.
  const { continues16 } = m.nets({
    continues16: d.operation.jump.is("relative").and(d.operation.stack.is("push"), operand16),
  });
  // Why the instruction is not to be executed (Intel SDM 2, the exceptions of each), in order of priority.
  const { cpl } = io.mode;
  const above = cpl.any();
  const privileged = d.privilege;
  const { protection, not_available } = m.nets({
    protection: privileged.is("kernel", "debug", "exit").and(above).or(
      privileged.is("entry", "exit").and(
        io.mode.entry_set.not().or(io.mode.real.and(io.mode.virtual_8086.not()))),
      privileged.is("port").and(cpl.gt(io.mode.port_level)),
      privileged.is("virtual_port").and(io.mode.virtual_8086, io.mode.port_level.ne(3)),
      privileged.is("time").and(above, io.mode.time_disabled),
      privileged.is("counter").and(above, io.mode.counters_enabled.not())),
    not_available: privileged.is("coprocessor").and(io.mode.emulates.or(io.mode.task_switched)).or(
      privileged.is("wait").and(io.mode.monitors, io.mode.task_switched)),
  });
  const { refusal } = m.nets({ refusal: Refusal });
  refusal.value = "none";
  m.when(cut_off, () => { refusal.value = "page"; })
    .elsewhen(endless, () => { refusal.value = "protection"; })
    .elsewhen(d.defined.not(), () => { refusal.value = "undefined_opcode"; })
    .elsewhen(protection, () => { refusal.value = "protection"; })
    .elsewhen(not_available, () => { refusal.value = "not_available"; })
    .elsewhen(privileged.is("debug").and(io.mode.guards_debug), () => { refusal.value = "debug"; });
  const { continues } = m.nets({
    continues: d.continues.or(continues16).and(refusal.is("none")),
  });
  const { steps } = m.nets({ steps: r.in_microcode.and(awaits.not(), io.go, io.flush.not()) });
  m.when(io.flush, () => { r.in_microcode.next = io.micro.valid; })
    .elsewhen(begins, () => { r.in_microcode.next = continues; })
    .elsewhen(steps, () => { r.in_microcode.next = ends.not(); });
  // The memory is asked for a routine's first step whether or not an instruction begins: no time to wait for that.
  m.when(io.flush, () => { next_at.value = io.micro.address; })
    .elsewhen(r.in_microcode.not(), () => {
      next_at.value = mux(continues16, constant(callRelative, microcodeAddressWidth), d.entry);
    })
    .elsewhen(steps, () => {
      next_at.value = mux(micro.next.is("return"), r.return_to[0], mux(jumps_there, micro.goes_to, following));
    })
    .otherwise(() => { next_at.value = r.at; });
  r.at.next = next_at;
  m.when(steps.and(micro.next.is("call")), () => {
    r.return_to[0].next = following;
    r.return_to[1].next = r.return_to[0];
  }).elsewhen(steps.and(micro.next.is("return")), () => { r.return_to[0].next = r.return_to[1]; });

  // --- the step -----------------------------------------------------------------------------------
  const { context, operation: u } = m.nets({
    context: muxed(contextShape, r.in_microcode, r.kept, d.context),
    operation: muxed(microOpColumns, r.in_microcode, micro, d.operation),
  });
  const wide = context.opcode.bit(0);
  const { width } = m.nets({ width: widthOf(u.size, { operand16, address16, wide, first: r.kept.width, stack_big: io.stack_big }) });
  m.when(r.in_microcode.not(), () => {
    m.drive(r.kept, {
      ...d.context,
      operand16,
      address16,
      repeat_while_zero: r.prefix.repeat_while_zero,
      width,
      next_address,
    });
  }).elsewhen(steps.and(micro.operands.is("instruction").not()), () => {
    r.kept.operand16.next = micro.operands.is("words");
  });

  const rm_is_memory = context.is_register.not();
  const { memory } = m.nets({ memory: Memory });
  memory.value = u.memory;
  m.when(u.memory.is("store_rm"), () => {
    memory.value = mux(rm_is_memory, Memory("store"), Memory("none"));
  });

  const pushes = u.stack.is("push");
  const uses_stack = pushes.or(u.stack.is("pop"));
  const from_context = u.base.is("context");
  const { own_constant } = m.nets({ own_constant: mux(r.in_microcode, micro.constant, farthest_popped) });

  // What is sent away by a flush may redirect fetch all the same: a later stage's jump goes first, and an exception
  // jumps anyway.
  const found = m.instance("jump_finder", jumpFinder, {
    window: io.window.slice(47, 0),
    available: io.available,
    address: io.address,
    operand16: r.prefix.operand.eq(io.code_big),
  });
  io.jump.likely.value = found.complete.and(r.in_microcode.not(), io.stopped.not());
  io.jump.valid.value = io.jump.likely.and(io.go);
  io.jump.target.value = found.target;
  const { predicted } = m.nets({ predicted: found.predicted.and(r.in_microcode.not()) });

  // A long instruction's extra clock comes first.
  io.lacks.value = complete.or(r.in_microcode).not().and(too_long.and(has_length, r.waited.not()).not());
  io.from.value = started_at;
  io.valid.value = begins.or(steps);
  const segment = mux(u.segment.is("context"), context.segment, u.segment);
  const target = mux(u.target.is("context"), context.loads, u.target);
  const nothing_base = u.base.is("none");
  const stack_base = uses_stack.and(nothing_base);
  m.drive(io.step, {
    last: mux(r.in_microcode, ends, continues.not()),
    interruptible: mux(r.in_microcode, micro.interruptible, constant(1, 1)),
    operation: u.operation,
    width,
    flags: u.flags,
    target,
    memory,
    system: u.system,
    special: u.special,
    condition: context.opcode,
    count: context.immediate_bytes.slice(4, 0),
    first: r.in_microcode.not(),
    breaks: io.breaks.and(r.in_microcode.not()),
    refusal: mux(r.in_microcode, Refusal("none"), refusal),
    check: u.check,
    start: started_at,
    jump: mux(continues16.and(r.in_microcode.not()), Jump("none"), u.jump),
    predicted,
    operand16,
    repeat_while_zero: mux(r.in_microcode, r.kept.repeat_while_zero, r.prefix.repeat_while_zero),
    next: mux(r.in_microcode.and(conditional), micro.next, Next("end")),
    alternative: mux(micro.expected, following, micro.goes_to),
    expected: micro.expected,
    second: context.second,
    control: mux(r.in_microcode.and(u.special.is("identity")), micro.constant.slice(2, 0), context.reg),
    next_address,
    has_base: mux(from_context, context.has_base, u.base.is("none", "next_eip").not().or(uses_stack)),
    base_number: mux(from_context, context.base.zext(4),
      mux(stack_base, constant(registerNumber("esp"), 4), fixedBase(m, u.base))),
    base_is_next_eip: u.base.is("next_eip"),
    has_index: from_context.and(context.has_index),
    index_number: context.index,
    scale: context.scale,
    displacement: context.displacement,
    a_role: u.a,
    b_role: u.b,
    to_role: u.to,
    source_role: u.source,
    displacement_role: u.displacement,
    rm: context.rm,
    reg: context.reg,
    rm_is_memory,
    immediate_bytes: context.immediate_bytes,
    extension: context.extension,
    constant: own_constant,
    address16,
    segment: mux(uses_stack, Segment("ss"), segment),
    stack: u.stack,
  });
});
