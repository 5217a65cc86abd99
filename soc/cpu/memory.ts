// The memory stage: what was loaded arrives, registers are read, stores are written, and jumps are decided, with this
// clock's results of the execute stage already in hand.
import { cat, constant, input, module, mux, output, reg, select, type Bit, type Bits } from "#hdl-gen";
import { forwarded, writeIn } from "./address.ts";
import { checker } from "./checks.ts";
import { holds, statusIn } from "./flags.ts";
import { identity } from "./identity.ts";
import { Segment } from "./microop.ts";
import { microcodeAddressWidth } from "./microstore.ts";
import { registerNumber } from "./resolve.ts";
import { inputsOf, outputsOf, picked, registersOf } from "./shape.ts";
import { shiftDistance } from "./shifter.ts";
import { repeatableStores } from "./spoiling.ts";
import { addressedShape, Fault, operandsPassedShape, operandsShape } from "./stages.ts";

/** Of a descriptor's upper doubleword (Intel SDM 3, 3.4.5.1). */
const accessed_bit = 8;

export interface MemoryOptions {
  /** Whether a physical address is in the memory behind the data port; all else is a device's. */
  readonly onChip: (address: Bits<32>) => Bit;
}

export const memoryStage = ({ onChip }: MemoryOptions) => module("memory_stage", "Loads, operands, stores and jumps.", {
  arrives: input(1, "a step comes from the address stage; taken if not held"),
  addressed: inputsOf(addressedShape),
  hold: input(1, "execute is not done"),
  flush: input(1, "execute sends all younger steps away"),
  interrupting: input(1, "the step here will give way to an interrupt when it reaches execute: it must not store"),
  a: { number: output(4), value: input(32) },
  b: { number: output(4), value: input(32) },
  write: writeIn,
  flags: statusIn,
  loaded: input(32, "what the load before brought"),
  state: {
    flags: input(32, "EFLAGS as PUSHF shows it"),
    all_flags: input(32, "EFLAGS as an interrupt's frame shows it"),
    saved_eip: input(32),
    delivering: input(1, "an interrupt or exception is on its way to its handler"),
    software: input(1, "and it comes from INT n, INT3 or INTO"),
    error_code: input(16),
    has_error_code: input(1),
    pair_low: input(32, "the lower doubleword of the pair loaded last"),
    control: input(32, "the control register asked for"),
    machine_status: input(32, "CR0"),
    debug: input(32, "the debug register asked for"),
    entry_stack: input(32, "SYSENTER's ESP"),
    msr: input(32, "the model-specific register that operand a names"),
    msr_high: input(32),
    clocks: input(64),
    counter: input(64, "that operand a names"),
    cpl: input(2),
    level: input(2, "after the transfer under way"),
    virtual_8086: input(1),
    nested: input(1),
    checks_alignment: input(1),
  },
  access: {
    segment: output(Segment),
    offset: output(32),
    last: output(33, "offset of the last byte"),
    reads: output(1),
    writes: output(1),
    violation: input(1, "the segment does not hold this access"),
  },
  mpu: {
    data: {
      granule: output(27, "the 32 bytes in which the access begins"),
      crosses: output(1, "it ends in the next 32"),
      ring: output(2, "on whose behalf it is made"),
      refuses: { read: input(1), write: input(1) },
    },
    other: { granule: output(27, "of the part in another page"), refuses: { read: input(1), write: input(1) } },
  },
  segment: {
    of: output(Segment),
    selector: input(16),
    table_base: input(32),
    table_limit: input(16),
    pending: input(16, "the selector under way"),
    tss_of_386: input(1),
    code_base: input(32),
    code_limit: input(32),
  },
  control: output(3, "which control or debug register is read"),
  number: output(32, "operand a: which model-specific register or counter is read"),
  port: {
    write: output(1),
    address: output(30, "word address"),
    mask: output(8, "bytes of that word and the next"),
    data: output(64),
    read: input(64, "what the address stage asked for in the clock before"),
  },
  pending: {
    valid: output(1, "the step here will write a register"),
    number: output(4),
  },
  stores: output(1, "the step here is a store, or an access to a device: a load behind it waits"),
  jump: {
    valid: output(1, "fetch has gone the wrong way"),
    likely: output(1, "if the pipeline moves"),
    target: output(32, "linear address"),
  },
  micro: {
    valid: output(1, "the microcode has gone the wrong way"),
    likely: output(1, "if the pipeline moves"),
    address: output(microcodeAddressWidth),
  },
  valid: output(1, "a step is here; execute takes it if it does not hold"),
  here: { start: output(32, "linear address of the instruction here"), end: output(32) },
  operands: outputsOf(operandsShape),
  memory_value: output(32, "what this step's load brought"),
  memory_low: output(32, "of a pair, the lower doubleword"),
}, (m, io) => {
  const { held_valid: valid, held: r } = m.regs({ held_valid: reg(1), held: registersOf(addressedShape) });
  m.when(io.flush, () => { valid.next = 0; }).elsewhen(io.hold.not(), () => { valid.next = io.arrives; });
  m.when(io.hold.not(), () => { m.drive(r, io.addressed); });

  // --- the access and its segment -----------------------------------------------------------------
  const { on_chip } = m.nets({ on_chip: onChip(r.physical) });
  // Of a stack's place in the TSS, a pointer and a selector, the last two bytes do not matter (Intel SDM 3, 6.12.1).
  const pair_bytes = mux(r.segment.is("tss"), constant(5, 33), 7);
  const { beyond_first } = m.nets({
    beyond_first: mux(r.source.is("byte").or(r.memory.is("probe")), constant(0, 33),
      mux(r.source.is("word"), constant(1, 33), mux(r.source.is("pair"), pair_bytes, 3))),
  });
  io.access.segment.value = r.segment;
  io.access.offset.value = r.ea;
  io.access.last.value = r.ea.zext(33).add(beyond_first);
  io.access.reads.value = r.memory.is("load");
  io.access.writes.value = r.memory.is("store", "modify");
  const accesses = r.memory.is("load", "modify", "store");
  const { violates } = m.nets({ violates: accesses.or(r.memory.is("probe")).and(io.access.violation) });
  const { misaligned } = m.nets({
    misaligned: accesses.and(
      io.state.checks_alignment,
      r.segment.is("tss", "gdt", "idt", "table", "linear").not(),
      r.source.is("byte").not(),
      r.linear.bit(0).or(r.linear.bit(1).and(r.source.is("dword")), r.linear.bit(2).and(r.check.is("quadword"))),
    ),
  });

  // The MPU, asked by the physical address. What is in another page's frame is an access of its own.
  const { mpu } = io;
  const { last_offset } = m.nets({ last_offset: r.physical.slice(4, 0).zext(6).add(beyond_first.slice(1, 0).zext(6)) });
  m.unused(last_offset.slice(4, 0));
  mpu.data.granule.value = r.physical.slice(31, 5);
  mpu.data.crosses.value = last_offset.bit(5).and(r.crosses_page.not());
  mpu.other.granule.value = cat(r.second_frame, constant(0, 7));
  const { ring } = m.nets({
    ring: mux(r.segment.is("next_stack"), io.state.level,
      mux(r.segment.is("gdt", "idt", "ldt", "tss", "table", "linear"), constant(0, 2), io.state.cpl)),
  });
  mpu.data.ring.value = ring;
  const { reads, writes } = m.nets({ reads: r.memory.is("load", "modify"), writes: r.memory.is("store", "modify") });
  const refused = (what: "read" | "write"): Bit =>
    mpu.data.refuses[what].or(r.crosses_page.and(mpu.other.refuses[what]));
  const { is_refused } = m.nets({ is_refused: reads.and(refused("read")).or(writes.and(refused("write"))) });

  const { faults } = m.nets({ faults: 1 });

  // --- loads ---------------------------------------------------------------------------------------
  const { byte_offset } = m.nets({ byte_offset: r.linear.slice(1, 0) });
  const { arrived } = m.nets({
    arrived: mux(r.crosses_page, cat(io.port.read.slice(31, 0), r.first_word), io.port.read),
  });
  const { aligned } = m.nets({ aligned: arrived.shr(cat(byte_offset, constant(0, 3))) });
  m.unused(aligned.slice(63, 32));
  io.memory_value.value = mux(r.source.is("byte"), aligned.slice(7, 0).zext(32),
    mux(r.source.is("word"), aligned.slice(15, 0).zext(32),
      mux(r.source.is("pair"), arrived.slice(63, 32), aligned.slice(31, 0))));
  io.memory_low.value = arrived.slice(31, 0);

  // --- operands ------------------------------------------------------------------------------------
  io.a.number.value = r.a_number;
  io.b.number.value = r.b_number;
  const esp = registerNumber("esp");
  const { a_whole, b_whole } = m.nets({
    a_whole: forwarded(mux(r.a_number.eq(esp), r.esp, io.a.value), r.a_number, io.write),
    b_whole: forwarded(mux(r.b_number.eq(esp), r.esp, io.b.value), r.b_number, io.write),
  });
  const { a_operand } = m.nets({ a_operand: mux(r.a_high, a_whole.slice(15, 8).zext(32), a_whole) });

  io.segment.of.value = r.target;
  io.control.value = r.control;
  io.number.value = a_operand;
  const { stack_slot } = m.nets({
    stack_slot: mux(io.segment.tss_of_386, cat(io.state.level, constant(4, 3)), cat(constant(0, 1), io.state.level, constant(2, 2))),
  });
  const { special } = m.nets({ special: 32 });
  special.value = io.state.flags;
  m.match(r.special, [
    ["all_flags", () => { special.value = io.state.all_flags; }],
    ["selector", () => { special.value = io.segment.selector.zext(32); }],
    ["far_selector", () => { special.value = r.second.zext(32); }],
    ["saved_eip", () => { special.value = io.state.saved_eip; }],
    ["eip_of_task", () => { special.value = mux(io.state.delivering, io.state.saved_eip, r.next_eip); }],
    ["error_code", () => { special.value = io.state.error_code.zext(32); }],
    ["control", () => { special.value = io.state.control; }],
    ["debug", () => { special.value = io.state.debug; }],
    ["machine_status", () => { special.value = io.state.machine_status; }],
    ["stack_slot", () => { special.value = stack_slot.zext(32); }],
    ["pair_low", () => { special.value = io.state.pair_low; }],
    ["gate_selector", () => { special.value = io.state.pair_low.slice(31, 16).zext(32); }],
    ["marked", () => { special.value = a_operand.or(1 << accessed_bit); }],
    ["identity", () => { special.value = select(r.control, identity.map((word) => constant(word, 32))); }],
    ["time_low", () => { special.value = io.state.clocks.slice(31, 0); }],
    ["time_high", () => { special.value = io.state.clocks.slice(63, 32); }],
    ["msr", () => { special.value = io.state.msr; }],
    ["msr_high", () => { special.value = io.state.msr_high; }],
    ["counter_low", () => { special.value = io.state.counter.slice(31, 0); }],
    ["counter_high", () => { special.value = io.state.counter.slice(63, 32); }],
    ["entry_stack", () => { special.value = io.state.entry_stack; }],
    ["table_base", () => { special.value = io.segment.table_base; }],
    ["table_limit", () => { special.value = io.segment.table_limit.zext(32); }],
    ["nesting", () => { special.value = r.second.slice(4, 0).zext(32); }],
  ], () => {});
  const checks = m.instance("checks", checker, {
    check: r.check,
    value: a_operand,
    width: r.width,
    selector: io.segment.pending,
    cpl: io.state.cpl,
    level: io.state.level,
    virtual_8086: io.state.virtual_8086,
    nested: io.state.nested,
    operand16: r.operand16,
    software: io.state.software,
    tss_of_386: io.segment.tss_of_386,
  });
  const { b_operand } = m.nets({ b_operand: 32 });
  b_operand.value = mux(r.b_high, b_whole.slice(15, 8).zext(32), b_whole);
  m.match(r.b, [
    ["memory", () => { b_operand.value = io.loaded; }],
    ["immediate", () => { b_operand.value = r.immediate; }],
    ["one", () => { b_operand.value = 1; }],
    ["ea", () => { b_operand.value = r.ea; }],
    ["next_eip", () => { b_operand.value = r.next_eip; }],
    ["special", () => { b_operand.value = special; }],
  ], () => {});

  const { distance } = m.instance("shift_distance", shiftDistance, {
    operation: r.operation, width: r.width, count: b_operand.slice(4, 0),
  });

  // --- stores ---------------------------------------------------------------------------------------
  const moves = valid.and(io.hold.not(), io.flush.not());
  // A load behind a store waits for the memory port; behind a device, for what the device changes where loads look.
  io.stores.value = valid.and(r.memory.is("store", "input", "output").or(r.memory.is("load", "modify").and(on_chip.not())));
  io.port.write.value = moves.and(
    r.memory.is("store"), on_chip, r.refusal.is("none"), faults.not(), io.interrupting.not());
  io.port.address.value = r.physical.slice(31, 2);
  const { bytes } = m.nets({
    bytes: mux(r.source.is("byte"), constant(1, 8), mux(r.source.is("word"), constant(3, 8), 15)),
  });
  // What lies in another page's frame execute writes, in the clock after.
  io.port.mask.value = bytes.shl(byte_offset).and(cat(r.crosses_page.not().replicate(4), constant(15, 4)));
  const { stored } = m.nets({ stored: b_operand.zext(64).shl(cat(byte_offset, constant(0, 3))) });
  io.port.data.value = stored;

  // --- jumps ----------------------------------------------------------------------------------------
  m.unused(io.flags.adjust);
  const { condition } = m.nets({ condition: r.condition });
  const met = holds(condition, io.flags);
  const { counter } = m.nets({ counter: mux(r.width.is("word"), a_operand.slice(15, 0).zext(32), a_operand) });
  const { counter_zero, counter_one } = m.nets({ counter_zero: counter.eq(0), counter_one: counter.eq(1) });
  const { taken } = m.nets({ taken: 1 });
  taken.value = 0;
  m.match(r.jump, [
    ["relative", () => { taken.value = 1; }],
    ["condition", () => { taken.value = met; }],
    ["indirect", () => { taken.value = 1; }],
    ["loop", () => { taken.value = counter_zero.not(); }],
    ["loop_zero", () => { taken.value = counter_zero.not().and(io.flags.zero); }],
    ["loop_nonzero", () => { taken.value = counter_zero.not().and(io.flags.zero.not()); }],
    ["cx_zero", () => { taken.value = counter_zero; }],
  ], () => {});
  const { destination } = m.nets({ destination: mux(r.a.is("memory"), io.memory_value, a_operand) });
  const { target_eip } = m.nets({ target_eip: mux(r.operand16, destination.slice(15, 0).zext(32), destination) });
  // A direct call's address is that of its push.
  const { called } = m.nets({ called: r.next_eip.add(r.immediate) });
  const { target_offset } = m.nets({
    target_offset: mux(r.jump.is("indirect"), target_eip, mux(r.jump.is("relative").and(r.moves_esp), called, r.ea)),
  });
  // A target beyond the code segment's limit is the jump's own fault; execute sends the jump away again.
  const { beyond_code, jumps_beyond_code } = m.nets({
    beyond_code: r.first.and(r.next_eip.sub(1).gt(io.segment.code_limit)),
    jumps_beyond_code: r.jump.is("none").not().and(taken, target_offset.gt(io.segment.code_limit)),
  });
  // Bytes that are not to be had may look like a jump; fetch stays where they are missing.
  io.jump.likely.value = valid.and(r.jump.is("none").not(), r.refusal.is("none"), taken.ne(r.predicted));
  io.jump.valid.value = io.jump.likely.and(io.hold.not(), io.flush.not());
  io.jump.target.value = mux(r.jump.is("indirect"), io.segment.code_base.add(target_eip),
    mux(r.predicted, r.next_address, r.linear));

  // --- microcode conditions ---------------------------------------------------------------------------
  const { continues } = m.nets({ continues: 1 });
  continues.value = r.expected;
  m.match(r.next, [
    ["if_zero", () => { continues.value = counter_zero; }],
    ["if_many", () => { continues.value = counter_one.not(); }],
    ["if_repeat", () => { continues.value = counter_one.not().and(io.flags.zero.eq(r.repeat_while_zero)); }],
    ["if_equal", () => { continues.value = io.flags.zero; }],
    ["if_error_code", () => { continues.value = io.state.has_error_code; }],
    ["if_check", () => { continues.value = checks.holds; }],
    ["if_accessed", () => { continues.value = a_operand.bit(accessed_bit); }],
    ["if_violation", () => { continues.value = violates; }],
    ["if_inner", () => { continues.value = checks.inner; }],
    ["if_split", () => { continues.value = byte_offset.any(); }],
  ], () => {});
  io.micro.likely.value = valid.and(continues.ne(r.expected));
  io.micro.valid.value = io.micro.likely.and(io.hold.not(), io.flush.not());
  io.micro.address.value = r.alternative;

  // --- what is wrong ----------------------------------------------------------------------------------
  const { fault } = m.nets({ fault: Fault });
  fault.value = "none";
  m.when(beyond_code, () => { fault.value = "code"; })
    .elsewhen(violates.and(r.next.is("if_violation").not()), () => {
      fault.value = "segment";
      m.match(r.segment, [
        ["ss", () => { fault.value = "stack"; }],
        [["gdt", "table"], () => { fault.value = "table"; }],
        ["idt", () => { fault.value = "gate"; }],
        ["tss", () => { fault.value = "task"; }],
        ["next_stack", () => { fault.value = "next_stack"; }],
      ], () => {});
    })
    .elsewhen(misaligned, () => { fault.value = "alignment"; })
    .elsewhen(r.page_faults.or(is_refused), () => { fault.value = "page"; })
    .elsewhen(jumps_beyond_code, () => { fault.value = "segment"; });
  faults.value = fault.is("none").not();

  // --- going on -------------------------------------------------------------------------------------
  io.pending.valid.value = valid.and(r.writes);
  io.pending.number.value = r.to_number;
  io.valid.value = valid;
  io.here.start.value = r.start;
  io.here.end.value = r.next_address;
  m.drive(io.operands, {
    ...picked(operandsPassedShape, r),
    on_chip,
    page_error_code: mux(r.page_faults, r.page_error_code,
      cat(constant(0b100, 3), ring.eq(3), writes, constant(1, 1))),
    jumps: r.jump.is("none").not(),
    over: continues.not().and(r.next.is("if_many", "if_repeat"), r.to_number.eq(registerNumber("ecx"))),
    repeatable: r.moves_esp.or(r.segment.is(...repeatableStores)),
    fault,
    check_holds: checks.holds,
    a_value: a_operand,
    b_value: b_operand,
    stored,
    shift_none: distance.none,
    shift_whole: distance.whole,
    shift_right: distance.right,
    shift_leaving: distance.leaving,
  });
});
