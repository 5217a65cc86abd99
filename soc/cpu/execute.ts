// The execute stage: results, flags, and all side effects; where an instruction is complete or is as if it had never
// begun. Interrupts are taken here, before an instruction, and exceptions instead of one.
import { cat, constant, module, mux, reg, type Bit } from "#hdl-gen";
import { forwarded } from "./address.ts";
import { msr } from "./checks.ts";
import { calculate } from "./calculate.ts";
import { controlRegisters } from "./control-registers.ts";
import { debugRegisters as breakpointRegisters } from "./debug-registers.ts";
import type { debugRegisters } from "../debug/requests.ts";
import { deliver } from "./delivery.ts";
import { accessDevice } from "./device-access.ts";
import { answerDebugUnit, debugNumber } from "./debug-unit.ts";
import { findException, hasErrorCode, vector } from "./exceptions.ts";
import { executePorts } from "./execute-ports.ts";
import { executeRegisters } from "./execute-registers.ts";
import { eachStatus, flagBit, statusShape, type Status } from "./flags.ts";
import { registerNumber } from "./resolve.ts";
import { registersOf } from "./shape.ts";
import { repeatableEffects, segmentLoads, segmentsToCome, type Effect } from "./spoiling.ts";
import { operandsShape } from "./stages.ts";
import { findStaleCode } from "./stale-code.ts";
import { systemFlags, systemFlagsShape, upperFlags } from "./system-flags.ts";

export const executeStage = module("execute_stage", "Results, flags, side effects; exceptions and interrupts.", executePorts, (m, io) => {
  const { held_valid: valid, held: x } = m.regs({ held_valid: reg(1), held: registersOf(operandsShape) });
  const r = m.regs(executeRegisters);
  const stage = { m, io, r, x, valid } as const;
  const { hold, flush } = io;

  // Named first because they are used before their drivers are built.
  const { completes, instruction_ends, rests, delivers, transfers_to_handler, page_faults } = m.nets({
    completes: 1, instruction_ends: 1, rests: 1, delivers: 1, transfers_to_handler: 1, page_faults: 1,
  });
  const { faults_before, to_device } = m.nets({ faults_before: 1, to_device: 1 });
  const { now, after_step } = m.nets({ now: systemFlagsShape, after_step: systemFlagsShape });
  const { time_stamp } = m.nets({ time_stamp: io.now.add(r.time_offset) });
  const { shown_time } = m.nets({ shown_time: cat(r.time_high, time_stamp.slice(31, 0)) });
  const does_debug = (name: (typeof debugRegisters)[number]): Bit => debug_writes.and(
    io.debug.registers.number.eq(debugNumber(name)));
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
  const { computes } = m.nets({ computes: 1 });
  const { result, after, multiplies, divides, quotient } = calculate(stage, { a, b, status, direction: now.direction, computes });

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
  const { anywhere } = m.nets({ anywhere: r.cpl.any().or(io.switch.anywhere) });
  asked.value = yields.and(anywhere.or(after_step.interrupts)).or(offered.and(after_step.interrupts)).and(shadowed.not());
  asked_now.value = yields.and(anywhere.or(now.interrupts)).or(offered.and(now.interrupts)).and(r.shadow.not());
  // Between two instructions, or two rounds of a repeated one. Any other instruction is abandoned, to be begun anew later, if
  // it has done nothing that must not be done again: before its next step, or in the midst of a division.
  const { spoils, gap, trap_comes, abandons } = m.nets({
    spoils: 1, gap: 1, trap_comes: 1, abandons: 1,
  });
  // As spoiling.ts has it.
  const pops = x.moves_esp.and(x.memory.is("load"));
  spoils.value = valid.and(
    x.writes.and(x.to_number.bit(3).not(), x.to_number.ne(registerNumber("esp")), pops.not()).or(
      x.memory.is("store").and(x.repeatable.not()),
      to_device,
      x.system.is("none", ...repeatableEffects).not().and(
        x.system.is(...segmentLoads).and(x.target.is(...segmentsToCome)).not())));
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

  const { requires, requires_gate, trapping, faulting, raised } = findException(stage, {
    a, b, breakpoint: x.first.and(matches_here.any(), now.resume.not()), divide: { divides, done: quotient.done, overflow: quotient.overflow },
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
  accessDevice(stage, { lane, answered });
  io.loaded.value = r.operand;

  instruction_ends.value = completes.and(x.last.or(rests));

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
  m.when(io.operands.interruptible.and(hold.not()).or(instruction_ends, delivers), () => { r.undo.valid.next = 0; })
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
  m.when(delivers.or(instruction_ends), () => {
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
  m.unused(io.segment.pending.slice(1, 0), io.segment.selector_of.tss.slice(1, 0));
  m.unused(io.segment.selector_of.next_stack.slice(1, 0), now.trap, now.identification);
  m.unused(debug.any_instruction, debug.any_data, x.breaks);
  deliver(stage, {
    raised, requires, requires_gate, faulting, trapping, interrupted, wakes, wakes_for_trap, abandons, delivers, parks, transfers,
    page_faults, halts: does("halt"), resume: now.resume, protected_mode,
  });

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
  m.when(parks.or(parks_halted, rests), () => {
    r.parked.next = 1;
    r.for_debug.next = r.to_debug.or(stops_halted).and(rests.not());
  }).elsewhen(exchanges.or(stays.not()), () => { r.parked.next = 0; });
  const { unparks } = m.nets({ unparks: exchanges.or(r.parked.and(stays.not(), r.halted.not())) });
  m.when(exchanges, () => { r.halted.next = 0; });
  io.switch.held.value = r.parked.and(r.for_debug.not());

  // --- the debug unit -------------------------------------------------------------------------------
  answerDebugUnit(stage, { completes, shown_all_flags, does_debug });

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
  const { refetches } = findStaleCode(stage, { completes, ends: instruction_ends.or(delivers) });

  // --- leaving the straight line --------------------------------------------------------------------
  const leaves = x.system.is(
    "far_jump", "interrupt_return", "enter_handler", "enter_inner", "enter_kernel", "leave_kernel", "serialize", "halt",
    "write_paging");
  const { wants_elsewhere } = m.nets({ wants_elsewhere: leaves.or(x.last.and(refetches, x.jumps.not())) });
  const { goes_elsewhere, leaves_here } = m.nets({
    goes_elsewhere: completes.and(wants_elsewhere), leaves_here: valid.and(hold.not(), wants_elsewhere),
  });
  flush.value = delivers.or(leaves_here, unparks, rests);
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
  // Where an instruction ends that leads elsewhere, or a repeated one, nothing of the next is in the pipeline yet. Another
  // context does not wait for it.
  const { untrapped } = m.nets({ untrapped: trap_after.task.or(trap_after.hits.any(), trap_after.step).not() });
  rests.value = completes.and(
    yields, untrapped, cpl_after.any().or(after_step.interrupts),
    x.last.and(wants_elsewhere, x.system.is("halt").not(), shadowed.not()).or(
      x.over.and(r.shadow.not(), r.armed.not())));
  m.when(rests, () => { r.saved_eip.next = destination; });
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
    has_error_code: hasErrorCode(r.vector).and(r.external.not(), r.delivering),
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
  io.probe.retired.value = instruction_ends.and(r.delivering.not());
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
