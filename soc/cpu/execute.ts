// Longer than 600 lines because all that an instruction does to the machine is decided in this stage, in one clock.
//
// The execute stage: results, flags, and all side effects; where an instruction is complete or is as if it had never
// begun. Interrupts are taken here, before an instruction, and exceptions instead of one.
import { cat, constant, module, mux, reg, select, type Bit, type Bits } from "#hdl-gen";
import { forwarded } from "./address.ts";
import { alu } from "./alu.ts";
import { bitUnit } from "./bits.ts";
import { msr } from "./checks.ts";
import { controlRegisters } from "./control-registers.ts";
import { debugRegisters as breakpointRegisters } from "./debug-registers.ts";
import { divider } from "./divide.ts";
import { debugRegisters } from "../debug/requests.ts";
import { executePorts } from "./execute-ports.ts";
import { eachStatus, flagBit, holds, statusShape, type Status } from "./flags.ts";
import { System } from "./microop.ts";
import { multiplier } from "./multiply.ts";
import { registerNumber } from "./resolve.ts";
import { muxed, registersOf } from "./shape.ts";
import { distanceShape, shiftDistance, shifter } from "./shifter.ts";
import { operandsShape, protectionKeyBit } from "./stages.ts";
import { systemFlags, systemFlagsShape, upperFlags } from "./system-flags.ts";

/** Exception vectors (Intel SDM 3, table 6-1). */
const vector = {
  divideError: 0,
  debug: 1,
  breakpoint: 3,
  overflow: 4,
  bound: 5,
  undefinedOpcode: 6,
  notAvailable: 7,
  doubleFault: 8,
  invalidTss: 10,
  segmentNotPresent: 11,
  stackFault: 12,
  generalProtection: 13,
  pageFault: 14,
  alignmentCheck: 17,
} as const;

/** Vectors whose frame has an error code, if not an interrupt or INT n brought them (Intel SDM 3, table 6-1). */
const vectorsWithErrorCode = [8, 10, 11, 12, 13, 14, 17];

/** Vectors of which two in a row make a double fault (Intel SDM 3, table 6-4). */
const contributoryVectors = [0, 10, 11, 12, 13];

const isOneOf = (number: Bits<8>, list: readonly number[]): Bit =>
  list.map((v) => number.eq(v)).reduce((p, q) => p.or(q));

/** Words that fetch may have, or may be about to have, from the instruction in decode on. */
const words_ahead = 10;

/** Words of an instruction: a few, so the lowest bits tell. */
const wordsOf = ({ start, end }: { readonly start: Bits<32>; readonly end: Bits<32> }): Bits<4> =>
  end.slice(5, 2).as(4).sub(start.slice(5, 2)).add(1);

const debugNumber = (name: (typeof debugRegisters)[number]): number => debugRegisters.indexOf(name);

const selectorCode = (selector: Bits<16>): Bits<16> => cat(selector.slice(15, 2), constant(0, 2));

type Effect = (typeof System)["names"][number];

/** Side effects on what belongs to the instruction under way alone: if it is abandoned, they are as good as not done. */
const repeatableEffects: readonly Effect[] = [
  "require", "require_descriptor", "require_here", "set_selector", "return_selector", "level_of_selector", "latch_low",
  "latch_high", "as_task", "as_usual",
];

/** Effects that load a segment register: harmless where it is that of a far transfer still to come. */
const segmentLoads: readonly Effect[] = [
  "load_real_or_virtual", "load_virtual", "load_descriptor", "load_handler", "load_null", "load_selector",
];

export const executeStage = module("execute_stage", "Results, flags, side effects; exceptions and interrupts.", executePorts, (m, io) => {
  const { held_valid: valid, held: x } = m.regs({ held_valid: reg(1), held: registersOf(operandsShape) });
  const r = m.regs({
    // Progress of the step here
    operand: reg(32, 0, "memory operand"),
    device_done: reg(1, 0, "the step's device access has been made"),
    second_written: reg(1, 0, "the part of a store that is in another page has been written"),
    device_second: reg(1, 0, "the first part of an access across a doubleword's end has been made"),
    device_first: reg(32, 0, "what it read"),
    multiplied: reg(1, 0, "the product is there"),
    status: eachStatus(() => reg(1)),
    status_before: eachStatus(() => reg(1)),
    // Privilege
    cpl: reg(2, 0, "current privilege level"),
    level: reg(2, 0, "after the transfer under way"),
    as_task: reg(1, 0, "a refused segment is a fault of the TSS that named it"),
    moved: reg(1, 0, "a task switch is behind: what faults now is the new task"),
    moved_eip: reg(32, 0, "where that task begins"),
    time_offset: reg(64, 0, "from the machine's clock to the time-stamp counter"),
    time_high: reg(32, 0, "upper half of the time of the clock before: an instruction reads the lower half first"),
    counter_high: reg(32, 0, "of the counter that was asked for in the clock before"),
    stale: reg(1, 0, "this instruction has changed what was fetched behind it"),
    // Registers kept here, where the register file has no port to read them
    count: reg(5, 0, "CL, as a shift count"),
    high: reg(32, 0, "upper half of a dividend"),
    pair_low: reg(32, 0, "the lower doubleword of the pair loaded last"),
    trap_gate: reg(1, 0, "the handler is behind a trap gate, which leaves IF alone"),
    undo: {
      valid: reg(1, 0, "an earlier step of this instruction has moved a register on: a fault moves it back"),
      number: reg(4),
      lanes: reg(4),
      value: reg(32),
    },
    esp: reg(32, 0, "after the last step"),
    instruction_esp: reg(32, 0, "after the last instruction"),
    // Delivery of interrupts and exceptions
    delivering: reg(1, 0, "an exception is on its way to its handler"),
    delivering_double: reg(1, 0, "and it is a double fault: another fault shuts the core down"),
    shut_down: reg(1, 0, "until reset"),
    halted: reg(1, 0, "by HLT, or shut down"),
    shadow: reg(1, 0, "no interrupt before the next instruction"),
    shadow_next: reg(1, 0, "an earlier step of this instruction asked for a shadow"),
    shadow_stack_next: reg(1),
    shadow_stack: reg(1, 0, "that is so because SS was loaded: no debug trap either"),
    gives_way: reg(1, 0, "the step here gives way to an interrupt, or to another context"),
    to_context: reg(1, 0, "it is another context"),
    to_debug: reg(1, 0, "it is neither: the debug unit has stopped the core"),
    for_debug: reg(1, 0, "so the core is parked until that lets it go on"),
    parked: reg(1, 0, "stopped before an instruction, until the contexts are exchanged or not"),
    spoiled: reg(1, 0, "the instruction has done what must not be done again"),
    taken_vector: reg(8, 0, "that interrupt's"),
    vector: reg(8, 0, "of what is delivered"),
    error_code: reg(16),
    saved_eip: reg(32, 0, "where the handler returns to"),
    faulting_eip: reg(32, 0, "where it returns to if delivery itself faults"),
    contributory: reg(1, 0, "what is delivered makes a contributory fault in delivery a double fault"),
    page_fault: reg(1, 0, "what is delivered makes a page fault in delivery one, too"),
    resumes: reg(1, 0, "what is delivered is a fault: RF is set in the frame"),
    software: reg(1, 0, "what is delivered comes from INT n, INT3 or INTO"),
    external: reg(1, 0, "what is delivered is an interrupt, or comes from INT n, INT3 or INTO"),
    // Debug traps to come before the next instruction
    armed: reg(1, 0, "TF was set when the instruction began"),
    iterated: reg(1, 0, "a round of a repeated instruction is done"),
    trap: { step: reg(1), task: reg(1), hits: reg(4) },
  });
  const { hold, flush } = io;

  // Named first because they are used before their drivers are built.
  const { completes, instruction_ends, delivers, transfers_to_handler, page_faults } = m.nets({
    completes: 1, instruction_ends: 1, delivers: 1, transfers_to_handler: 1, page_faults: 1,
  });
  const { faults_before, to_device } = m.nets({ faults_before: 1, to_device: 1 });
  const { now, after_step } = m.nets({ now: systemFlagsShape, after_step: systemFlagsShape });
  const { time_stamp } = m.nets({ time_stamp: io.now.add(r.time_offset) });
  const { shown_time } = m.nets({ shown_time: cat(r.time_high, time_stamp.slice(31, 0)) });
  const does_debug = (name: (typeof debugRegisters)[number]): Bit => debug_writes.and(
    io.debug.registers.number.eq(debugRegisters.indexOf(name)));
  const { debug_writes } = m.nets({ debug_writes: io.debug.registers.ready.and(io.debug.registers.write) });
  const { exchanges } = m.nets({ exchanges: io.switch.exchange.and(r.parked) });
  // --- operands and units -------------------------------------------------------------------------
  const { a, b } = m.nets({
    a: mux(x.a.is("memory"), r.operand, x.a_value),
    b: mux(x.b.is("memory"), r.operand, x.b_value),
  });
  io.violation.linear.value = mux(x.refusal.is("page"), io.fetch_fault.linear, x.linear);
  const controls = m.instance("control_registers", controlRegisters, {
    completes,
    effect: x.system,
    number: x.control,
    value: b,
    msr_number: a,
    page_fault: { valid: page_faults, linear: io.violation.linear },
    read: { number: io.control, msr_number: io.number },
    clocks: shown_time,
    exchange: exchanges,
    incoming: { directory: io.switch.incoming.directory, entry_stack: io.switch.incoming.entry_stack },
  });
  const { protected_mode } = controls;
  const status: Status = r.status;
  const op = x.operation;
  const { condition } = m.nets({ condition: x.condition });
  const { element } = m.nets({
    element: mux(x.source.is("byte"), constant(1, 32), mux(x.source.is("word"), constant(2, 32), 4)),
  });
  const step = mux(now.direction, constant(0, 32).sub(element), element);
  const arithmetic = m.instance("alu", alu, {
    operation: op,
    width: x.width,
    source: x.source,
    a,
    b,
    step,
    condition: holds(condition, status),
    flags: status,
  });
  // Of a double shift operand b is what comes in, and the places are CL's or the immediate's.
  const { distance: double_distance } = m.instance("shift_distance", shiftDistance, {
    operation: op, width: x.width, count: mux(x.special.is("count"), r.count, x.count),
  });
  const { distance } = m.nets({
    distance: muxed(distanceShape, op.is("shld", "shrd"), double_distance, {
      none: x.shift_none, whole: x.shift_whole, right: x.shift_right, leaving: x.shift_leaving,
    }),
  });
  const shifted = m.instance("shifter", shifter, {
    operation: op,
    width: x.width,
    a,
    b,
    distance,
    flags: status,
  });
  const tested = m.instance("bit_unit", bitUnit, { operation: op, width: x.width, a, b });
  const { multiplies, divides } = m.nets({
    multiplies: valid.and(op.is("mul", "imul")),
    divides: valid.and(op.is("div", "idiv")),
  });
  const product = m.instance("multiplier", multiplier, {
    enable: multiplies,
    is_signed: op.is("imul"),
    source: x.source,
    a,
    b,
  });
  const { computes } = m.nets({ computes: 1 });
  const quotient = m.instance("divider", divider, {
    start: divides.and(computes),
    is_signed: op.is("idiv"),
    width: x.width,
    high: r.high,
    low: a,
    divisor: b,
  });

  const { result } = m.nets({ result: 32 });
  const { after } = m.nets({ after: statusShape });
  result.value = arithmetic.result;
  m.drive(after, arithmetic.status);
  m.match(op, [
    [["rol", "ror", "rcl", "rcr", "shl", "shr", "sal", "sar", "shld", "shrd"], () => {
      result.value = shifted.result;
      m.drive(after, shifted.status);
    }],
    [["bt", "bts", "btr", "btc", "bsf", "bsr"], () => {
      result.value = tested.result;
      after.carry.value = tested.carry;
      after.zero.value = tested.zero;
    }],
    [["mul", "imul"], () => {
      result.value = product.low;
      m.drive(after, { ...status, carry: product.exceeds, overflow: product.exceeds });
    }],
    ["high_half", () => { result.value = product.high; }],
    [["div", "idiv"], () => { result.value = quotient.quotient; }],
    ["remainder", () => { result.value = quotient.remainder; }],
  ], () => {});

  // --- interrupts and exceptions ------------------------------------------------------------------
  // An interrupt takes the place of a step as it arrives here, before the step has done anything: its store, which the
  // memory stage would make in this clock, is not made, and no device has been asked.
  const { shadowed } = m.nets({ shadowed: 1 });
  const { trap_after } = m.nets({ trap_after: { step: 1, task: 1, hits: 4 } });
  const { shadowed_stack } = m.nets({ shadowed_stack: 1 });
  const { free } = m.nets({ free: r.delivering.not().and(r.shut_down.not(), r.parked.not()) });
  const { offered } = m.nets({ offered: io.interrupt.request.and(free) });
  // In a repeated instruction, single steps are rounds.
  const { trapped } = m.nets({
    trapped: free.and(trap_after.task.or(trap_after.hits.any(), trap_after.step).and(shadowed_stack.not())
      .or(r.armed.and(r.iterated, io.operands.first.not()))),
  });
  // Another context has precedence over an interrupt, not over a trap. Neither comes where the kernel has said so.
  const { yields, asked, asked_now } = m.nets({ yields: io.switch.hold.and(free), asked: 1, asked_now: 1 });
  asked.value = yields.and(r.cpl.any().or(after_step.interrupts)).or(offered.and(after_step.interrupts)).and(shadowed.not());
  asked_now.value = yields.and(r.cpl.any().or(now.interrupts)).or(offered.and(now.interrupts)).and(r.shadow.not());
  // Between two instructions, or two rounds of a repeated one. Any other instruction is abandoned, to be begun anew later, if
  // it has done nothing that must not be done again: before its next step, or in the midst of a division.
  const { spoils, gap, trap_comes, abandons } = m.nets({
    spoils: 1, gap: 1, trap_comes: 1, abandons: 1,
  });
  // What POPA has popped, it pops again.
  const pops = x.moves_esp.and(x.memory.is("load"));
  spoils.value = valid.and(
    x.writes.and(x.to_number.bit(3).not(), pops.not()).or(
      x.memory.is("store").and(x.repeatable.not()),
      to_device,
      x.system.is("none", ...repeatableEffects).not().and(
        x.system.is(...segmentLoads).and(x.target.is("next_code", "next_stack")).not())));
  r.spoiled.next = r.spoiled.or(completes.and(spoils)).and(
    instruction_ends.or(delivers, gap.and(io.operands.interruptible)).not());
  trap_comes.value = io.operands.interruptible.and(trapped);
  const { diverts } = m.nets({
    diverts: trap_comes.or(asked.and(io.operands.interruptible.or(r.spoiled.or(spoils).not()))),
  });
  // The debug unit is asked where nothing else comes first.
  const { stoppable } = m.nets({ stoppable: io.operands.interruptible.and(r.delivering.not()) });
  io.debug.boundary.reached.value = gap.and(stoppable, diverts.not());
  io.debug.boundary.breaks.value = io.operands.breaks;
  const { stops } = m.nets({ stops: io.debug.boundary.reached.and(io.debug.stop) });
  // Whether there is a gap, the memory stage knows itself.
  io.interrupting.value = diverts.or(stoppable.and(io.debug.stop));
  abandons.value = valid.and(
    divides, quotient.done.not(), r.gives_way.not(), faults_before.not(), r.spoiled.not(), asked_now);
  const { wakes_for_trap } = m.nets({ wakes_for_trap: r.trap.step.or(r.trap.hits.any()) });
  const { stops_halted } = m.nets({ stops_halted: r.halted.and(free, io.debug.stop) });
  const { parks_halted } = m.nets({
    parks_halted: stops_halted.or(r.halted.and(yields, asked_now, wakes_for_trap.not())),
  });
  const { wakes } = m.nets({
    wakes: r.halted.and(r.shut_down.not(), r.parked.not()).and(
      stops_halted.not(), wakes_for_trap.or(asked_now.and(yields.not()))),
  });
  io.interrupt.acknowledge.value = mux(wakes, wakes_for_trap.not(),
    gap.and(diverts, trap_comes.not()).or(abandons).and(yields.not()));
  r.gives_way.next = gap.and(diverts).or(stops);
  r.to_context.next = yields.and(trap_comes.not());
  r.to_debug.next = stops;
  r.taken_vector.next = mux(trap_comes, constant(vector.debug, 8), io.interrupt.vector);
  const { parks } = m.nets({ parks: r.gives_way.and(r.to_context.or(r.to_debug)).or(abandons.and(yields)) });
  const { interrupted } = m.nets({ interrupted: r.gives_way.or(wakes, abandons) });
  const { interrupts_with_trap } = m.nets({
    interrupts_with_trap: mux(wakes, wakes_for_trap, r.gives_way.and(parks.not(), r.taken_vector.eq(vector.debug))),
  });
  faults_before.value = x.fault.is("none").not().or(x.refusal.is("none").not());
  computes.value = interrupted.or(faults_before).not();

  const { matches_here, meets_breakpoint, breaks } = m.nets({ matches_here: 4, meets_breakpoint: 1, breaks: 1 });
  // Debug registers: an instruction's breakpoint is a fault before it, unless RF says that it has been one already.
  const debug = m.instance("debug_registers", breakpointRegisters(), {
    write: { valid: completes.and(x.system.is("write_debug")), number: x.control, value: b },
    read: { number: io.control },
    instruction: { linear: x.start },
    data: {
      linear: x.linear,
      bytes: mux(x.source.is("byte"), constant(1, 3),
        mux(x.source.is("word"), constant(2, 3), mux(x.source.is("pair"), constant(5, 3), 4))),
      writes: x.memory.is("store", "modify"),
    },
    report: {
      valid: interrupts_with_trap.or(breaks, x.refusal.is("debug").and(valid, interrupted.not())),
      hits: mux(interrupts_with_trap, r.trap.hits, constant(0, 4)).or(
        matches_here.and(mux(interrupts_with_trap, meets_breakpoint, breaks).replicate(4))),
      step: interrupts_with_trap.and(r.trap.step.or(r.armed.and(r.iterated))),
      task: interrupts_with_trap.and(r.trap.task),
      detect: x.refusal.is("debug").and(interrupted.not()),
    },
    clear_general_detect: completes.and(x.system.is("enter_handler", "enter_inner"), r.vector.eq(vector.debug)),
    task_switch: completes.and(x.system.is("set_task_switched")),
  });

  matches_here.value = debug.instruction.matches;
  meets_breakpoint.value = valid.and(x.first, matches_here.any(), now.resume.not());
  breaks.value = meets_breakpoint.and(interrupted.not());

  // In order of priority, for a step may ask for more than one.
  // A comparison of its own, since all that may be a fault is waited for by much.
  const below = mux(x.width.is("word"), a.slice(15, 0).ltSigned(b.slice(15, 0)), a.ltSigned(b));
  const traps: readonly (readonly [Bit, Bits<8>])[] = [
    [x.system.is("software_interrupt"), b.slice(7, 0)],
    [x.system.is("breakpoint"), constant(vector.breakpoint, 8)],
    [x.system.is("debug_trap"), constant(vector.debug, 8)],
    [x.system.is("overflow").and(status.overflow), constant(vector.overflow, 8)],
  ];
  const general = mux(r.as_task, constant(vector.invalidTss, 8), vector.generalProtection);
  const absentVector = mux(x.target.is("ss", "next_stack"), constant(vector.stackFault, 8), vector.segmentNotPresent);
  const { requires, requires_present, requires_gate } = m.nets({
    requires: x.system.is("require", "require_descriptor", "load_descriptor", "load_handler"),
    requires_present: x.system.is("require_descriptor", "load_descriptor", "load_handler", "open_gate"),
    requires_gate: x.system.is("open_gate"),
  });
  const lacks = x.check_holds.not();
  const absent = a.bit(15).not();
  const faults: readonly (readonly [Bit, Bits<8>])[] = [
    [x.first.and(matches_here.any(), now.resume.not()), constant(vector.debug, 8)],
    [x.refusal.is("page"), constant(vector.pageFault, 8)],
    [x.fault.is("code"), constant(vector.generalProtection, 8)],
    [x.refusal.is("undefined_opcode"), constant(vector.undefinedOpcode, 8)],
    [x.refusal.is("protection"), constant(vector.generalProtection, 8)],
    [x.refusal.is("not_available"), constant(vector.notAvailable, 8)],
    [x.refusal.is("debug"), constant(vector.debug, 8)],
    [x.system.is("require_here").and(lacks), general],
    [x.fault.is("segment", "gate"), constant(vector.generalProtection, 8)],
    [x.fault.is("stack", "next_stack"), constant(vector.stackFault, 8)],
    [x.fault.is("task"), constant(vector.invalidTss, 8)],
    [x.fault.is("table"), general],
    [x.fault.is("alignment"), constant(vector.alignmentCheck, 8)],
    [x.fault.is("page"), constant(vector.pageFault, 8)],
    [requires.and(lacks), general],
    [requires_gate.and(lacks), constant(vector.generalProtection, 8)],
    [requires_present.and(absent), absentVector],
    [x.system.is("bound").and(below), constant(vector.bound, 8)],
    [divides.and(quotient.done, quotient.overflow), constant(vector.divideError, 8)],
  ];
  const anyOf = (list: typeof traps): Bit => list.map(([when]) => when).reduce((p, q) => p.or(q));
  const { trapping, faulting } = m.nets({
    trapping: valid.and(anyOf(traps)),
    faulting: valid.and(anyOf(faults)),
  });
  const { raised } = m.nets({
    raised: [...faults, ...traps].reduceRight<Bits<8>>(
      (rest, [when, number]) => mux(when, number, rest), constant(0, 8)),
  });
  page_faults.value = faulting.and(interrupted.not(), raised.eq(vector.pageFault));
  // A step that ends without its effect. What wakes a halted core is no matter here: then there is none.
  const { fails } = m.nets({ fails: r.gives_way.or(abandons, faulting, trapping) });
  delivers.value = fails.or(wakes);

  // --- going on, or not ---------------------------------------------------------------------------
  to_device.value = valid.and(
      x.memory.is("input", "output").or(x.memory.is("load", "modify", "store").and(x.on_chip.not())));
  const { lane } = m.nets({ lane: x.linear.slice(1, 0) });
  const { crosses } = m.nets({
    crosses: mux(x.source.is("byte"), constant(0, 1),
      mux(x.source.is("word"), lane.eq(3), x.source.is("pair").or(lane.any()))),
  });
  const { device_waits } = m.nets({ device_waits: to_device.and(r.device_done.not()) });
  const { writes_second } = m.nets({
    writes_second: valid.and(x.memory.is("store"), x.crosses_page, x.on_chip, r.second_written.not()),
  });
  const { waits } = m.nets({
    waits: device_waits.or(writes_second, multiplies.and(r.multiplied.not()), divides.and(quotient.done.not())),
  });
  hold.value = valid.and(waits, r.gives_way.not(), faults_before.not(), abandons.not());
  completes.value = valid.and(hold.not(), fails.not());
  io.device.request.value = device_waits.and(interrupted.not(), faults_before.not());
  const { answered } = m.nets({ answered: io.device.request.and(io.device.ready) });
  r.device_second.next = mux(answered, crosses.and(r.device_second.not()), r.device_second);
  r.device_done.next = answered.and(crosses.not().or(r.device_second));
  io.second_write.valid.value = writes_second.and(interrupted.not(), faults_before.not());
  io.second_write.address.value = cat(x.second_frame, constant(0, 10));
  r.second_written.next = io.second_write.valid;
  io.occupied.value = valid;
  r.multiplied.next = multiplies.and(r.multiplied.not());

  m.when(hold.not(), () => {
    valid.next = io.arrives.and(flush.not());
    m.drive(x, io.operands);
  });
  m.when(hold.not().and(io.operands.memory.is("load", "modify"), io.arrives), () => {
    r.operand.next = io.memory_value;
    m.when(io.operands.source.is("pair"), () => { r.pair_low.next = io.memory_low; });
  });

  // --- devices ------------------------------------------------------------------------------------
  // What crosses the end of a doubleword takes two accesses.
  io.device.write.value = x.memory.is("output", "store");
  io.device.io.value = x.memory.is("input", "output");
  const { next_word } = m.nets({
    next_word: mux(x.crosses_page, cat(x.second_frame, constant(0, 10)), x.physical.slice(31, 2).add(1)),
  });
  io.device.address.value = mux(r.device_second, cat(next_word, constant(0, 2)),
    mux(io.device.io, x.linear, x.physical));
  const sourceMask = mux(x.source.is("byte"), constant(1, 8),
    mux(x.source.is("word"), constant(3, 8), mux(x.source.is("pair"), constant(255, 8), 15)));
  const { lanes_both, bytes_both } = m.nets({
    lanes_both: sourceMask.shl(lane),
    bytes_both: b.zext(64).shl(cat(lane, constant(0, 3))),
  });
  io.device.mask.value = mux(r.device_second, lanes_both.slice(7, 4), lanes_both.slice(3, 0));
  io.device.wdata.value = mux(r.device_second, bytes_both.slice(63, 32), bytes_both.slice(31, 0));
  io.second_write.mask.value = lanes_both.slice(7, 4).zext(8);
  io.second_write.data.value = bytes_both.slice(63, 32).zext(64);
  m.when(answered, () => { r.device_first.next = io.device.rdata; });
  const { answer } = m.nets({
    answer: mux(r.device_second, cat(io.device.rdata, r.device_first), io.device.rdata.zext(64))
      .shr(cat(lane, constant(0, 3))),
  });
  m.when(answered.and(io.device.write.not()), () => {
    r.operand.next = mux(x.source.is("byte"), answer.slice(7, 0).zext(32),
      mux(x.source.is("word"), answer.slice(15, 0).zext(32),
        mux(x.source.is("pair"), answer.slice(63, 32), answer.slice(31, 0))));
    m.when(x.source.is("pair"), () => { r.pair_low.next = answer.slice(31, 0); });
  });
  io.loaded.value = r.operand;

  instruction_ends.value = completes.and(x.last);

  // --- registers ----------------------------------------------------------------------------------
  const general_register = x.to_number.bit(3).not();
  const { stack_moves } = m.nets({ stack_moves: x.system.is("commit_stack", "enter_inner") });
  const { lanes } = m.nets({
    lanes: mux(general_register.not(), constant(15, 4), // the microcode's registers have no parts
      mux(x.width.is("byte"), mux(x.to_high, constant(2, 4), 1),
        mux(x.width.is("word").or(stack_moves.and(io.segment.next_stack_big.not())), constant(3, 4), 15))),
  });
  // A fault in a string instruction or a loop leaves its index or counter as the instruction found it.
  const { undoes } = m.nets({ undoes: valid.and(delivers, r.undo.valid) });
  m.drive(io.result, {
    number: x.to_number,
    lanes: mux(valid.and(x.writes), lanes, 0),
    value: mux(x.to_high, cat(result.slice(23, 0), constant(0, 8)), result),
  });
  m.drive(io.write, {
    number: mux(undoes, r.undo.number, io.result.number),
    lanes: mux(undoes, r.undo.lanes, mux(completes, io.result.lanes, 0)),
    value: mux(undoes, r.undo.value, io.result.value),
  });
  m.when(debug_writes, () => {
    io.write.number.value = io.debug.registers.number.slice(3, 0);
    io.write.lanes.value = io.debug.registers.number.slice(7, 3).any().not().replicate(4);
    io.write.value.value = io.debug.registers.wdata;
  });
  m.when(io.operands.interruptible.and(hold.not()).or(completes.and(x.last), delivers), () => { r.undo.valid.next = 0; })
    .elsewhen(completes.and(x.writes, general_register, op.is("advance", "sub")), () => {
      m.drive(r.undo, { valid: constant(1, 1), number: x.to_number, lanes, value: a });
    });
  const { esp_after } = m.nets({
    esp_after: forwarded(
      mux(completes.and(x.moves_esp), x.esp_after, r.esp), constant(registerNumber("esp"), 4), io.write),
  });
  io.esp.restore.value = flush;
  io.esp.value.value = mux(exchanges, io.switch.incoming.esp, mux(delivers, r.instruction_esp, esp_after));
  r.esp.next = io.esp.value;
  m.when(io.write.number.eq(registerNumber("ecx")).and(io.write.lanes.bit(0)), () => {
    r.count.next = io.write.value.slice(4, 0);
  });
  m.when(exchanges, () => { r.count.next = io.switch.incoming.count; });

  // --- flags --------------------------------------------------------------------------------------
  const { ahead, changed } = m.nets({ ahead: statusShape, changed: statusShape });
  m.drive(ahead, status);
  m.when(valid, () => {
    m.match(x.flags, [
      ["status", () => { m.drive(ahead, after); }],
      ["all_but_carry", () => { m.drive(ahead, { ...after, carry: status.carry }); }],
      ["carry", () => { ahead.carry.value = after.carry; }],
      ["zero", () => { ahead.zero.value = after.zero; }],
    ], () => {});
    m.when(x.system.is("write_flags", "return_flags", "interrupt_return", "task_flags"), () => {
      m.drive(ahead, eachStatus((name) => b.bit(flagBit[name])));
    });
  });
  m.drive(io.flags, ahead);
  m.drive(changed, status);
  m.when(completes, () => { m.drive(changed, ahead); });
  const { new_flags, other_flags } = m.nets({
    new_flags: exchanges.or(does_debug("eflags")),
    other_flags: mux(exchanges, io.switch.incoming.flags, io.debug.registers.wdata),
  });
  // A fault leaves the status flags as they were before the instruction, and so does an interrupt between two rounds of
  // REP CMPS and its kin, for a later round may fault.
  m.drive(r.status, changed);
  m.when(delivers, () => { m.drive(r.status, r.status_before); });
  m.when(instruction_ends.or(completes.and(x.system.is("task_flags"))), () => { m.drive(r.status_before, changed); });
  m.when(new_flags, () => {
    for (const kept of [r.status, r.status_before]) m.drive(kept, eachStatus((name) => other_flags.bit(flagBit[name])));
  });
  // A trap gate (type 7 or 15) leaves IF alone.
  const system = m.instance("system_flags", systemFlags, {
    valid,
    completes,
    first: x.first,
    effect: x.system,
    wide: x.width.is("word").not(),
    value: b,
    trap_gate: r.trap_gate.and(protected_mode),
    cpl: r.cpl,
    exchange: new_flags,
    incoming: other_flags,
  });
  m.drive(now, system.now);
  m.drive(after_step, system.next);
  const lower = cat(
    ahead.overflow, after_step.direction, after_step.interrupts, after_step.trap,
    ahead.sign, ahead.zero, constant(0, 1), ahead.adjust,
    constant(0, 1), ahead.parity, constant(1, 1), ahead.carry);
  const no = constant(0, 1);
  const shown_flags = cat(upperFlags(after_step, no, no), lower).zext(32);
  const shown_all_flags = cat(
    upperFlags(after_step, mux(r.delivering, r.resumes, after_step.resume), after_step.virtual_8086), lower).zext(32);

  // --- segments -------------------------------------------------------------------------------------
  const does = (name: Effect): Bit => completes.and(x.system.is(name));
  const { loads_as_real, transfers } = m.nets({
    loads_as_real: does("load_real_or_virtual"),
    transfers: completes.and(x.system.is("far_jump", "interrupt_return", "enter_handler", "enter_inner")),
  });
  const { chooses } = m.nets({ chooses: valid.and(x.system.is("set_selector", "return_selector", "open_gate")) });
  m.when(does("open_gate"), () => { r.trap_gate.next = a.bit(8); });
  m.when(does("latch_low"), () => { r.pair_low.next = b; });
  m.drive(io.segment.update, {
    segment: x.target,
    selector: chooses.and(completes),
    chooses,
    describes: valid.and(x.system.is("load_descriptor")),
    real: loads_as_real.and(now.virtual_8086.not()),
    virtual: does("load_virtual").or(loads_as_real.and(now.virtual_8086)),
    // Not before it is marked as accessed, if it is one of code or data.
    descriptor: does("load_descriptor").or(does("load_handler")).and(
      a.bit(8).or(a.bit(12).not(), x.memory.is("store"))),
    nothing: does("load_null"),
    bare: does("load_selector"),
    table_base: does("set_base"),
    table_limit: does("set_limit"),
    commit_code: transfers,
    commit_stack: does("commit_stack").or(does("enter_inner")),
    drop: does("drop_segments"),
    clear: does("clear_segments"),
    flat: completes.and(x.system.is("enter_kernel", "leave_kernel")),
    flat_selector: controls.entry.code.add(mux(x.system.is("leave_kernel"), constant(16, 16), 0)),
    a,
    b,
    low: r.pair_low,
  });

  // --- privilege ------------------------------------------------------------------------------------
  // A handler runs at its segment's level, or at the current one if that conforms.
  const { level_of_handler } = m.nets({ level_of_handler: mux(a.bit(10), r.cpl, a.slice(14, 13)) });
  io.segment.level.value = mux(x.system.is("enter_kernel"), constant(0, 2),
    mux(x.system.is("leave_kernel"), constant(3, 2), mux(x.system.is("load_handler"), level_of_handler, r.level)));
  const { cpl_after } = m.nets({ cpl_after: mux(
    transfers.or(completes.and(x.system.is("commit_level", "enter_kernel", "leave_kernel"))), io.segment.level, r.cpl) });
  r.cpl.next = cpl_after;
  // Until the new task has a stack, whatever handles its faults must not use it: it is called as from level 3.
  m.when(does("begin_task"), () => { r.cpl.next = 3; });
  m.when(exchanges, () => { r.cpl.next = io.switch.incoming.cpl; });
  m.drive(io.paging, {
    enabled: controls.paging,
    write_protect: controls.write_protect,
    large_pages: controls.large_pages,
    global_pages: controls.global_pages,
    directory: controls.directory,
    user: r.cpl.eq(3),
    next_user: r.level.eq(3),
    flush: controls.flush,
    invalidate: { valid: does("invalidate_page"), page: x.linear.slice(31, 12) },
  });
  m.when(delivers.or(completes.and(x.last)), () => {
    r.level.next = cpl_after;
    r.as_task.next = 0;
    r.moved.next = 0;
  }).elsewhen(completes, () => {
    m.match(x.system, [
      [["level_of_selector", "return_selector"], () => { r.level.next = b.slice(1, 0); }],
      ["load_handler", () => { r.level.next = level_of_handler; }],
      ["as_task", () => { r.as_task.next = 1; }],
      ["as_usual", () => { r.as_task.next = 0; }],
      ["begin_task", () => {
        r.as_task.next = 1;
        r.moved.next = 1;
        r.moved_eip.next = b;
      }],
    ], () => {});
  });
  m.when(exchanges, () => { r.level.next = io.switch.incoming.cpl; });
  m.when(does("latch_high"), () => { r.high.next = b; });

  // --- delivery -------------------------------------------------------------------------------------
  // A fault while another exception is delivered is a double fault if the two are of classes that make one; after an
  // interrupt or a benign exception it is delivered in its place (Intel SDM 3, table 6-5). EXT says that no INT n caused
  // it.
  const { contributes, is_page_fault } = m.nets({
    contributes: isOneOf(raised, contributoryVectors),
    is_page_fault: raised.eq(vector.pageFault),
  });
  const { again } = m.nets({
    again: r.delivering.and(r.contributory.and(contributes).or(r.page_fault.and(contributes.or(is_page_fault)))),
  });
  m.unused(io.segment.pending.slice(1, 0), io.segment.selector_of.tss.slice(1, 0));
  m.unused(io.segment.selector_of.next_stack.slice(1, 0), now.trap, now.identification);
  m.unused(debug.any_instruction, debug.any_data, x.breaks);
  const { gate_code } = m.nets({ gate_code: cat(constant(0, 5), r.vector, constant(2, 3)) });
  const { code } = m.nets({ code: 16 });
  code.value = 0;
  m.when(raised.eq(vector.pageFault), () => {
    code.value = mux(x.refusal.is("page"), io.fetch_fault.error_code, x.page_error_code).zext(16);
  }).elsewhen(x.fault.is("gate").or(x.fault.is("none").and(requires_gate)), () => { code.value = gate_code; })
    .elsewhen(x.fault.is("table").or(x.fault.is("none").and(requires)), () => {
      code.value = selectorCode(io.segment.pending);
    })
    .elsewhen(x.fault.is("task"), () => { code.value = selectorCode(io.segment.selector_of.tss); })
    .elsewhen(x.fault.is("next_stack"), () => { code.value = selectorCode(io.segment.selector_of.next_stack); });
  io.violation.valid.value = page_faults.and(code.bit(protectionKeyBit));
  const { external_code } = m.nets({
    external_code: r.delivering.and(r.software.not(), contributes).zext(16),
  });
  const { here } = m.nets({ here: mux(r.moved, r.moved_eip, x.start.sub(io.segment.code_base)) });
  m.when(delivers.and(parks.not()), () => {
    r.delivering.next = 1;
    r.halted.next = 0;
    m.when(again, () => {
      r.vector.next = vector.doubleFault;
      r.error_code.next = 0;
      r.page_fault.next = 1;
      r.contributory.next = 1;
      r.delivering_double.next = 1;
      r.resumes.next = 1;
      m.when(r.delivering_double, () => {
        r.shut_down.next = 1;
        r.halted.next = 1;
      });
    }).otherwise(() => {
      r.vector.next = mux(wakes.or(abandons), mux(wakes_for_trap, constant(vector.debug, 8), io.interrupt.vector),
        mux(interrupted, r.taken_vector, raised));
      r.error_code.next = code.or(external_code);
      r.contributory.next = interrupted.not().and(faulting, contributes);
      r.page_fault.next = interrupted.not().and(faulting, is_page_fault);
      r.software.next = interrupted.not().and(faulting.not(), trapping, x.system.is("debug_trap").not());
      r.resumes.next = mux(interrupted, now.resume, faulting.and(raised.ne(vector.debug)));
    });
    m.when(r.delivering.or(r.moved), () => { r.saved_eip.next = mux(r.moved, r.moved_eip, r.faulting_eip); })
      .elsewhen(wakes.not(), () => {
        r.saved_eip.next = mux(interrupted.or(faulting), here, x.next_eip);
      });
    m.when(r.moved.or(r.delivering.not().and(wakes.not())), () => { r.faulting_eip.next = here; });
  }).elsewhen(parks, () => { r.saved_eip.next = here; }).elsewhen(transfers, () => {
    r.delivering.next = 0;
    r.delivering_double.next = 0;
  }).elsewhen(does("halt"), () => {
    // What wakes the core returns behind the HLT.
    r.halted.next = 1;
    r.saved_eip.next = x.next_eip;
    r.faulting_eip.next = x.next_eip;
  });
  // A gate has eight bytes, an entry of real mode's table four.
  const { offset_of_vector } = m.nets({
    offset_of_vector: mux(protected_mode, cat(r.vector, constant(0, 3)), cat(constant(0, 1), r.vector, constant(0, 2))),
  });
  io.vector_offset.value = offset_of_vector.zext(32);
  io.vector_half.value = offset_of_vector.add(mux(protected_mode, constant(4, 11), 2)).zext(32);
  m.when(delivers, () => { r.external.next = again.not().and(interrupted.or(faulting.not().and(trapping))); });

  // STI and a load of SS hold interrupts back for one more instruction (Intel SDM 2, STI; 3, 6.8.3).
  // Of loads of SS one behind the other only the first: a program must not hold interrupts off for ever.
  const { loads_stack } = m.nets({
    loads_stack: r.shadow_stack.not().and(
      x.target.is("ss"), x.system.is("load_real_or_virtual", "load_virtual", "load_descriptor")),
  });
  const { shadows, shadows_stack } = m.nets({
    shadows: r.shadow_next.or(x.system.is("set_interrupt").and(now.interrupts.not()), loads_stack).and(
      x.system.is("as_usual").not()),
    shadows_stack: r.shadow_stack_next.or(loads_stack).and(x.system.is("as_usual").not()),
  });
  const { ends } = m.nets({ ends: valid.and(x.last) });
  shadowed.value = mux(ends, shadows, r.shadow);
  shadowed_stack.value = mux(ends, shadows_stack, r.shadow_stack);
  m.when(completes, () => {
    r.shadow.next = shadowed;
    r.shadow_stack.next = shadowed_stack;
  });
  m.when(completes, () => {
    r.shadow_next.next = mux(x.last, constant(0, 1), shadows);
    r.shadow_stack_next.next = mux(x.last, constant(0, 1), shadows_stack);
  });
  m.when(instruction_ends.or(does("begin_task")), () => { r.instruction_esp.next = esp_after; });
  m.when(exchanges, () => { r.instruction_esp.next = io.switch.incoming.esp; });

  // --- another context ------------------------------------------------------------------------------
  // A halted core is parked as it is; the context that is exchanged then goes on behind its HLT.
  const { stays } = m.nets({ stays: mux(r.for_debug, io.debug.stop, io.switch.hold) });
  m.when(parks.or(parks_halted), () => {
    r.parked.next = 1;
    r.for_debug.next = r.to_debug.or(stops_halted);
  }).elsewhen(exchanges.or(stays.not()), () => { r.parked.next = 0; });
  const { unparks } = m.nets({ unparks: exchanges.or(r.parked.and(stays.not(), r.halted.not())) });
  m.when(exchanges, () => { r.halted.next = 0; });
  io.switch.held.value = r.parked.and(r.for_debug.not());

  // --- the debug unit -------------------------------------------------------------------------------
  const { registers } = io.debug;
  io.debug.stopped.value = r.parked.and(r.for_debug);
  registers.ready.value = registers.request.and(io.debug.stopped);
  m.drive(io.debug.access, {
    valid: completes.and(x.memory.is("load", "modify", "store")),
    write: x.memory.is("store"),
    first: x.linear,
    last: x.linear.add(mux(x.source.is("byte"), constant(0, 32), mux(x.source.is("word"), constant(1, 32), 3))),
  });
  registers.rdata.value = select(registers.number.slice(4, 0), debugRegisters.map((name) => {
    if (name === "esp") return r.esp;
    if (name === "eip") return r.saved_eip;
    if (name === "eflags") return shown_all_flags;
    return debugNumber(name) < debugNumber("eip") ? io.debug.general : io.debug.shown;
  }));
  m.when(does_debug("eip"), () => { r.saved_eip.next = registers.wdata; });
  m.when(does_debug("esp"), () => { r.instruction_esp.next = registers.wdata; });

  // --- debug traps ----------------------------------------------------------------------------------
  const { watched } = m.nets({
    watched: mux(valid.and(x.memory.is("load", "modify", "store")), debug.data.matches, constant(0, 4)),
  });
  m.drive(trap_after, {
    step: r.trap.step.or(ends.and(r.armed, shadows_stack.not(), transfers_to_handler.not())),
    task: r.trap.task.or(valid.and(x.system.is("task_trap"), b.bit(0))),
    hits: r.trap.hits.or(watched),
  });
  m.when(completes, () => { m.drive(r.trap, trap_after); });
  m.when(delivers, () => {
    r.trap.step.next = 0;
    r.trap.task.next = 0;
    r.trap.hits.next = 0;
  });
  m.when(instruction_ends, () => {
    r.armed.next = after_step.trap;
    r.iterated.next = 0;
  }).elsewhen(exchanges, () => {
    r.armed.next = io.switch.incoming.flags.bit(flagBit.trap);
    r.iterated.next = 0;
  }).elsewhen(delivers, () => { r.iterated.next = 0; })
    .elsewhen(completes.and(x.interruptible, x.first.not()), () => { r.iterated.next = 1; });
  transfers_to_handler.value = r.delivering;

  // --- code that changes itself -------------------------------------------------------------------
  // A store into what is on its way through the pipeline, or into what fetch has or is about to have: all that is sent
  // away and fetched again once the instruction is complete. A jump's own store is left alone: it goes elsewhere anyway.
  const c = io.code;
  for (const byte of [c.memory.start, c.memory.end, c.address.start, c.address.end, c.from]) m.unused(byte.slice(1, 0));
  for (const { end } of [c.memory, c.address]) m.unused(end.slice(31, 6));
  const stored = x.linear.slice(31, 2);
  /** The store's two words, of which it may need the first only, meet these: from that of byte `from` on. */
  const touches = (name: string, from: Bits<32>, words: Bits<4>): Bit => m.scope(name, () => {
    const { behind } = m.nets({ behind: stored.sub(from.slice(31, 2)) });
    return behind.all().or(behind.slice(29, 4).any().not().and(behind.slice(3, 0).lt(words)));
  });
  const { stale_now } = m.nets({
    stale_now: x.memory.is("store").and(
      c.memory.valid.and(touches("into_memory", c.memory.start, wordsOf(c.memory))).or(
        c.address.valid.and(touches("into_address", c.address.start, wordsOf(c.address))),
        touches("into_decode", c.from, constant(words_ahead, 4)))),
  });
  const { refetches } = m.nets({ refetches: stale_now.or(r.stale) });
  r.stale.next = r.stale.or(completes.and(stale_now)).and(instruction_ends.or(delivers).not());

  // --- leaving the straight line --------------------------------------------------------------------
  const leaves = x.system.is(
    "far_jump", "interrupt_return", "enter_handler", "enter_inner", "enter_kernel", "leave_kernel", "serialize", "halt",
    "write_directory");
  const { wants_elsewhere } = m.nets({ wants_elsewhere: leaves.or(x.last.and(refetches, x.jumps.not())) });
  const { goes_elsewhere, leaves_here } = m.nets({
    goes_elsewhere: completes.and(wants_elsewhere), leaves_here: valid.and(hold.not(), wants_elsewhere),
  });
  flush.value = delivers.or(leaves_here, unparks);
  gap.value = io.arrives.and(hold.not(), fails.or(leaves_here).not());
  io.micro.value = delivers.and(parks.not());
  io.jump.valid.value = goes_elsewhere.or(unparks);
  io.jump.likely.value = valid.and(wants_elsewhere).or(unparks);
  const { base, destination } = m.nets({ base: 32, destination: 32 });
  base.value = io.segment.code_base;
  destination.value = x.next_eip;
  m.match(x.system, [
    [["far_jump", "enter_handler"], () => {
      base.value = io.segment.next_code_base;
      destination.value = b;
    }],
    [["interrupt_return", "enter_inner"], () => {
      base.value = io.segment.next_code_base;
      destination.value = a;
    }],
    ["enter_kernel", () => {
      base.value = 0;
      destination.value = controls.entry.eip;
    }],
    ["leave_kernel", () => {
      base.value = 0;
      destination.value = a;
    }],
  ], () => {});
  m.when(r.parked, () => {
    base.value = mux(exchanges, io.switch.incoming.code_base, io.segment.code_base);
    destination.value = mux(exchanges, io.switch.incoming.eip, r.saved_eip);
  });
  io.jump.target.value = base.add(destination);
  io.stopped.value = r.halted.or(r.parked);

  // --- what others ask ------------------------------------------------------------------------------
  r.time_high.next = time_stamp.slice(63, 32);
  r.counter_high.next = io.counter.slice(63, 32);
  // A write clears the time-stamp counter's upper half (Intel SDM 3, 17.17); the machine's clock goes on as it was.
  m.when(does("write_msr").and(a.eq(msr.time)), () => { r.time_offset.next = b.zext(64).sub(io.now); });
  m.drive(io.state, {
    flags: shown_flags,
    all_flags: shown_all_flags,
    saved_eip: r.saved_eip,
    delivering: r.delivering,
    software: r.software,
    error_code: r.error_code,
    pair_low: r.pair_low,
    has_error_code: isOneOf(r.vector, vectorsWithErrorCode).and(r.external.not(), r.delivering),
    control: controls.read.control,
    machine_status: controls.control0,
    debug: debug.read.value,
    entry_stack: controls.entry.stack,
    msr: controls.read.msr,
    msr_high: controls.read.msr_high,
    clocks: shown_time,
    counter: cat(r.counter_high, io.counter.slice(31, 0)),
    cpl: r.cpl,
    level: r.level,
    virtual_8086: now.virtual_8086,
    nested: now.nested,
    checks_alignment: controls.checks_alignment.and(now.alignment, r.cpl.eq(3)),
  });
  m.drive(io.mode, {
    real: protected_mode.not().or(now.virtual_8086),
    protected_mode,
    virtual_8086: now.virtual_8086,
    checks_ports: protected_mode.and(now.virtual_8086.or(r.cpl.gt(now.port_level))),
    cpl: r.cpl,
    port_level: now.port_level,
    time_disabled: controls.time_disabled,
    counters_enabled: controls.counters_enabled,
    emulates: controls.emulates,
    monitors: controls.monitors,
    task_switched: controls.task_switched,
    entry_set: controls.entry.code.slice(15, 2).any(),
    guards_debug: debug.general_detect,
  });
  // Not what the next clock has: that is already what comes in.
  const leaving_flags = cat(
    upperFlags(now, now.resume, now.virtual_8086),
    status.overflow, now.direction, now.interrupts, now.trap, status.sign, status.zero, no, status.adjust,
    no, status.parity, constant(1, 1), status.carry).zext(32);
  io.switch.count.value = r.count;
  m.drive(io.switch.outgoing, {
    eip: r.saved_eip,
    esp: r.esp,
    flags: leaving_flags,
    cpl: r.cpl,
    directory: controls.outgoing.directory,
    entry_stack: controls.entry.stack,
  });
  io.probe.retired.value = completes.and(x.last, r.delivering.not());
  io.probe.address.value = x.start;
  io.probe.halted.value = r.halted;
  m.drive(io.probe.delivery, {
    valid: completes.and(x.system.is("enter_handler", "enter_inner")),
    vector: r.vector,
    external: r.external.and(r.software.not()),
    software: r.software,
    error_code: r.error_code,
  });
});
