// The execute stage: results, flags, and all side effects; where an instruction is complete or is as if it had never
// begun. Interrupts are taken here, before an instruction, and exceptions instead of one.
import { cat, constant, input, module, mux, output, reg, type Bit, type Bits } from "#hdl-gen";
import { forwarded } from "./address.ts";
import { alu } from "./alu.ts";
import { bitUnit } from "./bits.ts";
import { divider } from "./divide.ts";
import { eachStatus, flagBit, holds, statusOut, statusShape, type Status } from "./flags.ts";
import { Segment, System } from "./microop.ts";
import { multiplier } from "./multiply.ts";
import { registerNumber } from "./resolve.ts";
import { inputsOf, registersOf } from "./shape.ts";
import { shifter } from "./shifter.ts";
import { operandsShape } from "./stages.ts";

/** What is kept of the step here. Whether it may give way to an interrupt is asked as it arrives, and never again. */
const { interruptible: _asked, ...heldShape } = operandsShape;

/** Exception vectors (Intel SDM 3, table 6-1). */
const vector = {
  divideError: 0,
  breakpoint: 3,
  overflow: 4,
  bound: 5,
  undefinedOpcode: 6,
  doubleFault: 8,
  segmentNotPresent: 11,
  stackFault: 12,
  generalProtection: 13,
} as const;

/** Vectors whose frame has an error code, if not an interrupt or INT n brought them (Intel SDM 3, table 6-1). */
const vectorsWithErrorCode = [8, 10, 11, 12, 13, 14, 17];

/** Vectors of which two in a row make a double fault (Intel SDM 3, table 6-4). */
const contributoryVectors = [0, 10, 11, 12, 13];

const isOneOf = (number: Bits<8>, list: readonly number[]): Bit =>
  list.map((v) => number.eq(v)).reduce((p, q) => p.or(q));

type Effect = (typeof System)["names"][number];

export const executeStage = module("execute_stage", "Results, flags, side effects; exceptions and interrupts.", {
  arrives: input(1, "a step comes from the memory stage; taken if not held"),
  operands: inputsOf(operandsShape),
  memory_value: input(32, "what the arriving step loaded"),
  hold: output(1, "the step here needs another clock"),
  flush: output(1, "younger steps are for another way"),
  micro: output(1, "with flush: deliver an exception"),
  jump: { valid: output(1, "with flush: fetch goes on at target"), target: output(32) },
  stopped: output(1, "halted or shut down: decode nothing"),
  interrupting: output(1, "the step that arrives gives way to an interrupt"),
  write: {
    number: output(4),
    lanes: output(4, "a bit for each byte written, lowest first"),
    value: output(32),
  },
  flags: statusOut,
  loaded: output(32, "what the last load brought"),
  esp: {
    restore: output(1, "the address stage's ESP is for another way: value is right"),
    value: output(32),
  },
  state: {
    flags: output(32, "EFLAGS"),
    vector_offset: output(32, "of the vector's entry in the interrupt table, in bytes"),
    saved_eip: output(32, "where the handler returns to"),
    error_code: output(16),
    control: output(32, "the control register asked for"),
    has_error_code: output(1, "the frame being pushed ends with the error code"),
    protected_mode: output(1, "CR0.PE"),
  },
  control: input(3, "which control register state.control shows"),
  segment: {
    code_base: input(32),
    update: {
      segment: output(Segment),
      selector: output(1),
      real: output(1),
      descriptor: output(1),
      nothing: output(1),
      table_base: output(1),
      table_limit: output(1),
      a: output(32),
      b: output(32),
    },
    refused: { valid: input(1), absent: input(1), error_code: input(16) },
  },
  device: {
    request: output(1, "held until ready"),
    write: output(1),
    io: output(1, "the I/O space, not memory"),
    address: output(32, "of the first byte"),
    mask: output(4, "bytes within the doubleword"),
    wdata: output(32, "bytes in their lanes"),
    ready: input(1, "the access is made in this clock"),
    rdata: input(32, "bytes in their lanes"),
  },
  interrupt: {
    request: input(1, "a level"),
    vector: input(8),
    acknowledge: output(1, "taken in this clock"),
  },
  probe: {
    retired: output(1, "an instruction is complete"),
    address: output(32, "its linear address"),
    halted: output(1),
  },
}, (m, io) => {
  const { held_valid: valid, held: x } = m.regs({ held_valid: reg(1), held: registersOf(heldShape) });
  const r = m.regs({
    // Progress of the step here
    operand: reg(32, 0, "memory operand"),
    device_done: reg(1, 0, "the step's device access has been made"),
    multiplied: reg(1, 0, "the product is there"),
    // EFLAGS
    status: eachStatus(() => reg(1)),
    trap: reg(1, 0, "TF"),
    interrupts: reg(1, 0, "IF"),
    direction: reg(1, 0, "DF"),
    privilege: reg(2, 0, "IOPL"),
    nested: reg(1, 0, "NT"),
    // Registers kept here, where the register file has no port to read them
    count: reg(5, 0, "CL, as a shift count"),
    high: reg(32, 0, "upper half of a dividend"),
    esp: reg(32, 0, "after the last step"),
    instruction_esp: reg(32, 0, "after the last instruction"),
    // Delivery of interrupts and exceptions
    delivering: reg(1, 0, "an exception is on its way to its handler"),
    delivering_double: reg(1, 0, "and it is a double fault: another fault shuts the core down"),
    shut_down: reg(1, 0, "until reset"),
    halted: reg(1, 0, "by HLT, or shut down"),
    shadow: reg(1, 0, "no interrupt before the next instruction"),
    shadow_next: reg(1, 0, "an earlier step of this instruction asked for a shadow"),
    gives_way: reg(1, 0, "the step here gives way to an interrupt"),
    taken_vector: reg(8, 0, "that interrupt's"),
    vector: reg(8, 0, "of what is delivered"),
    error_code: reg(16),
    saved_eip: reg(32, 0, "where the handler returns to"),
    faulting_eip: reg(32, 0, "where it returns to if delivery itself faults"),
    contributory: reg(1, 0, "what is delivered makes a fault in delivery a double fault"),
    software: reg(1, 0, "what is delivered comes from INT n, INT3 or INTO"),
    external: reg(1, 0, "what is delivered is an interrupt, or comes from INT n, INT3 or INTO"),
    // Control registers
    protected_mode: reg(1, 0, "CR0.PE"),
    control0: reg(4, 0, "CR0.PE, MP, EM, TS"),
    control2: reg(32),
    control3: reg(32),
  });
  const { hold, flush } = io;

  const { system_flags } = m.nets({
    system_flags: { trap: 1, interrupts: 1, direction: 1, privilege: 2, nested: 1 },
  });

  // --- operands and units -------------------------------------------------------------------------
  const { a, b } = m.nets({
    a: mux(x.a.is("memory"), r.operand, x.a_value),
    b: mux(x.b.is("memory"), r.operand, x.b_value),
  });
  const status: Status = r.status;
  const op = x.operation;
  const { condition } = m.nets({ condition: x.condition });
  const { element } = m.nets({
    element: mux(x.source.is("byte"), constant(1, 32), mux(x.source.is("word"), constant(2, 32), 4)),
  });
  const step = mux(r.direction, constant(0, 32).sub(element), element);
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
  const { shift_count } = m.nets({
    shift_count: mux(op.is("shld", "shrd"), mux(x.special.is("count"), r.count, x.count), b.slice(4, 0)),
  });
  const shifted = m.instance("shifter", shifter, {
    operation: op,
    width: x.width,
    a,
    b,
    count: shift_count,
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
  const { offered } = m.nets({ offered: io.interrupt.request.and(r.delivering.not(), r.shut_down.not()) });
  io.interrupting.value = offered.and(
    system_flags.interrupts, shadowed.not(), io.arrives, hold.not(), flush.not(), io.operands.interruptible);
  const { wakes } = m.nets({ wakes: offered.and(r.halted, r.interrupts, r.shadow.not()) });
  io.interrupt.acknowledge.value = io.interrupting.or(wakes);
  r.gives_way.next = io.interrupting;
  r.taken_vector.next = io.interrupt.vector;
  const { interrupted } = m.nets({ interrupted: r.gives_way.or(wakes) });
  computes.value = interrupted.or(x.faults).not();

  // In order of priority, for a step may ask for more than one.
  const below = arithmetic.status.sign.ne(arithmetic.status.overflow);
  const traps: readonly (readonly [Bit, Bits<8>])[] = [
    [x.system.is("software_interrupt"), b.slice(7, 0)],
    [x.system.is("breakpoint"), constant(vector.breakpoint, 8)],
    [x.system.is("overflow").and(status.overflow), constant(vector.overflow, 8)],
  ];
  const absentVector = mux(x.target.is("ss"), constant(vector.stackFault, 8), vector.segmentNotPresent);
  const faults: readonly (readonly [Bit, Bits<8>])[] = [
    [x.defined.not(), constant(vector.undefinedOpcode, 8)],
    [x.faults, x.fault_vector],
    [x.system.is("bound").and(below), constant(vector.bound, 8)],
    [divides.and(quotient.done, quotient.overflow), constant(vector.divideError, 8)],
    [io.segment.refused.valid, mux(io.segment.refused.absent, absentVector, constant(vector.generalProtection, 8))],
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
  const { delivers } = m.nets({ delivers: interrupted.or(faulting, trapping) });

  // --- going on, or not ---------------------------------------------------------------------------
  const { to_device } = m.nets({
    to_device: valid.and(
      x.memory.is("input", "output").or(x.memory.is("load", "modify", "store").and(x.on_chip.not()))),
  });
  const { waits } = m.nets({
    waits: to_device.and(r.device_done.not()).or(multiplies.and(r.multiplied.not()), divides.and(quotient.done.not())),
  });
  hold.value = valid.and(waits, r.gives_way.not(), x.faults.not(), x.defined);
  const { completes } = m.nets({ completes: valid.and(hold.not(), delivers.not()) });
  io.device.request.value = to_device.and(r.device_done.not(), interrupted.not(), x.faults.not());
  r.device_done.next = io.device.request.and(io.device.ready);
  r.multiplied.next = multiplies.and(r.multiplied.not());

  const { interruptible: _now, ...arriving } = io.operands;
  m.when(hold.not(), () => {
    valid.next = io.arrives.and(flush.not());
    m.drive(x, arriving);
  });
  m.when(hold.not().and(io.operands.memory.is("load", "modify"), io.arrives), () => {
    r.operand.next = io.memory_value;
  });

  // --- devices ------------------------------------------------------------------------------------
  const { lane } = m.nets({ lane: x.linear.slice(1, 0) });
  io.device.write.value = x.memory.is("output", "store");
  io.device.io.value = x.memory.is("input", "output");
  io.device.address.value = x.linear;
  const sourceMask = mux(x.source.is("byte"), constant(1, 4), mux(x.source.is("word"), constant(3, 4), 15));
  io.device.mask.value = sourceMask.shl(lane);
  io.device.wdata.value = b.shl(cat(lane, constant(0, 3)));
  const { answer } = m.nets({ answer: io.device.rdata.shr(cat(lane, constant(0, 3))) });
  m.when(io.device.request.and(io.device.ready, io.device.write.not()), () => {
    r.operand.next = mux(x.source.is("byte"), answer.slice(7, 0).zext(32),
      mux(x.source.is("word"), answer.slice(15, 0).zext(32), answer));
  });
  io.loaded.value = r.operand;

  // --- registers ----------------------------------------------------------------------------------
  const { lanes } = m.nets({
    lanes: mux(x.to_number.bit(3), constant(15, 4), // the microcode's registers have no parts
      mux(x.width.is("byte"), mux(x.to_high, constant(2, 4), 1), mux(x.width.is("word"), constant(3, 4), 15))),
  });
  m.drive(io.write, {
    number: x.to_number,
    lanes: mux(completes.and(x.writes), lanes, 0),
    value: mux(x.to_high, cat(result.slice(23, 0), constant(0, 8)), result),
  });
  const { esp_after } = m.nets({
    esp_after: forwarded(
      mux(completes.and(x.moves_esp), x.esp_after, r.esp), constant(registerNumber("esp"), 4), io.write),
  });
  io.esp.restore.value = flush;
  io.esp.value.value = mux(delivers, r.instruction_esp, esp_after);
  r.esp.next = io.esp.value;
  m.when(io.write.number.eq(registerNumber("ecx")).and(io.write.lanes.bit(0)), () => {
    r.count.next = io.write.value.slice(4, 0);
  });

  // --- flags --------------------------------------------------------------------------------------
  const { changed } = m.nets({ changed: statusShape });
  m.drive(changed, status);
  m.when(completes, () => {
    m.match(x.flags, [
      ["status", () => { m.drive(changed, after); }],
      ["all_but_carry", () => { m.drive(changed, { ...after, carry: status.carry }); }],
      ["carry", () => { changed.carry.value = after.carry; }],
      ["zero", () => { changed.zero.value = after.zero; }],
    ], () => {});
    m.when(x.system.is("write_flags"), () => {
      m.drive(changed, eachStatus((name) => b.bit(flagBit[name])));
    });
  });
  m.drive(r.status, changed);
  m.drive(io.flags, changed);
  m.drive(system_flags, {
    trap: r.trap,
    interrupts: r.interrupts,
    direction: r.direction,
    privilege: r.privilege,
    nested: r.nested,
  });
  m.when(completes, () => {
    m.match(x.system, [
      ["set_interrupt", () => { system_flags.interrupts.value = 1; }],
      ["clear_interrupt", () => { system_flags.interrupts.value = 0; }],
      ["set_direction", () => { system_flags.direction.value = 1; }],
      ["clear_direction", () => { system_flags.direction.value = 0; }],
      ["write_flags", () => {
        m.drive(system_flags, {
          trap: b.bit(flagBit.trap),
          interrupts: b.bit(flagBit.interrupt),
          direction: b.bit(flagBit.direction),
          privilege: b.slice(13, 12),
          nested: b.bit(14),
        });
      }],
      ["enter_gate", () => {
        system_flags.trap.value = 0;
        system_flags.nested.value = 0;
        // A trap gate (type 7 or 15) leaves IF alone.
        m.when(b.bit(8).and(r.protected_mode).not(), () => { system_flags.interrupts.value = 0; });
      }],
    ], () => {});
  });
  r.trap.next = system_flags.trap;
  r.interrupts.next = system_flags.interrupts;
  r.direction.next = system_flags.direction;
  r.privilege.next = system_flags.privilege;
  r.nested.next = system_flags.nested;
  io.state.flags.value = cat(
    constant(0, 17), system_flags.nested, system_flags.privilege,
    changed.overflow, system_flags.direction, system_flags.interrupts, system_flags.trap,
    changed.sign, changed.zero, constant(0, 1), changed.adjust,
    constant(0, 1), changed.parity, constant(1, 1), changed.carry);

  // --- segments and control registers ---------------------------------------------------------------
  const does = (name: Effect): Bit => completes.and(x.system.is(name));
  const tries = (name: Effect): Bit => valid.and(x.system.is(name));
  m.drive(io.segment.update, {
    segment: x.target,
    selector: does("set_selector"),
    real: does("load_real"),
    // A refusal raises the fault that keeps the step from completing, so it cannot wait for that.
    descriptor: tries("load_descriptor").and(interrupted.not()),
    nothing: tries("load_null").and(interrupted.not()),
    table_base: does("set_base"),
    table_limit: does("set_limit"),
    a,
    b,
  });
  m.when(does("write_control"), () => {
    m.match(x.control, [
      [0, () => {
        r.protected_mode.next = b.bit(0);
        r.control0.next = b.slice(3, 0);
      }],
      [2, () => { r.control2.next = b; }],
      [3, () => { r.control3.next = b; }],
    ], () => {});
  });
  // CR0.ET reads 1: on a 486 it always does.
  io.state.control.value = mux(io.control.eq(2), r.control2, mux(io.control.eq(3), r.control3,
    cat(constant(0, 27), constant(1, 1), r.control0)));
  io.state.protected_mode.value = r.protected_mode;
  m.when(does("latch_high"), () => { r.high.next = b; });

  // --- delivery -------------------------------------------------------------------------------------
  // A fault while another exception is delivered is a double fault if both are contributory; after an interrupt or a
  // benign exception it is delivered in its place (Intel SDM 3, table 6-5). EXT says that no INT n caused it.
  const { contributes } = m.nets({ contributes: isOneOf(raised, contributoryVectors) });
  const { again } = m.nets({ again: r.delivering.and(r.contributory, contributes) });
  const refusedCode = mux(io.segment.refused.valid, io.segment.refused.error_code, constant(0, 16));
  const { code } = m.nets({ code: mux(x.faults, x.fault_code, refusedCode) });
  const { here } = m.nets({ here: x.start.sub(io.segment.code_base) });
  m.when(delivers, () => {
    r.delivering.next = 1;
    r.halted.next = 0;
    m.when(again, () => {
      r.vector.next = vector.doubleFault;
      r.error_code.next = 0;
      r.delivering_double.next = 1;
      m.when(r.delivering_double, () => {
        r.shut_down.next = 1;
        r.halted.next = 1;
      });
    }).otherwise(() => {
      r.vector.next = mux(wakes, io.interrupt.vector, mux(interrupted, r.taken_vector, raised));
      r.error_code.next = code.or(r.delivering.and(r.software.not()).zext(16));
      r.contributory.next = interrupted.not().and(faulting, contributes);
      r.software.next = interrupted.not().and(trapping);
      m.when(r.delivering, () => { r.saved_eip.next = r.faulting_eip; })
        .elsewhen(wakes.not(), () => {
          r.saved_eip.next = mux(interrupted.or(faulting), here, x.next_eip);
          r.faulting_eip.next = here;
        });
    });
  }).elsewhen(does("far_jump"), () => {
    r.delivering.next = 0;
    r.delivering_double.next = 0;
  }).elsewhen(does("halt"), () => {
    // What wakes the core returns behind the HLT.
    r.halted.next = 1;
    r.saved_eip.next = x.next_eip;
    r.faulting_eip.next = x.next_eip;
  });
  // A gate has eight bytes, an entry of real mode's table four.
  io.state.vector_offset.value = mux(r.protected_mode,
    cat(constant(0, 21), r.vector, constant(0, 3)), cat(constant(0, 22), r.vector, constant(0, 2)));
  io.state.saved_eip.value = r.saved_eip;
  io.state.error_code.value = r.error_code;
  m.when(delivers, () => { r.external.next = again.not().and(interrupted.or(trapping)); });
  io.state.has_error_code.value = isOneOf(r.vector, vectorsWithErrorCode).and(r.external.not());

  // STI and a load of SS hold interrupts back for one more instruction (Intel SDM 2, STI; 3, 6.8.3).

  const { loads_stack } = m.nets({ loads_stack: x.target.is("ss").and(x.system.is("load_real", "load_descriptor")) });
  const { shadows } = m.nets({
    shadows: r.shadow_next.or(x.system.is("set_interrupt").and(r.interrupts.not()), loads_stack),
  });
  shadowed.value = mux(completes.and(x.last), shadows, r.shadow);
  r.shadow.next = shadowed;
  m.when(completes, () => {
    r.shadow_next.next = mux(x.last, constant(0, 1), shadows);
    m.when(x.last, () => { r.instruction_esp.next = esp_after; });
  });

  // --- leaving the straight line --------------------------------------------------------------------
  const leaves = x.system.is("far_jump", "serialize", "halt");
  const { goes_elsewhere } = m.nets({ goes_elsewhere: completes.and(leaves) });
  flush.value = delivers.or(goes_elsewhere);
  io.micro.value = delivers;
  io.jump.valid.value = goes_elsewhere;
  const { destination } = m.nets({
    destination: mux(x.system.is("far_jump"), mux(x.width.is("word"), b.slice(15, 0).zext(32), b), x.next_eip),
  });
  io.jump.target.value = io.segment.code_base.add(destination);
  io.stopped.value = r.halted;
  io.probe.retired.value = completes.and(x.last, r.delivering.not());
  io.probe.address.value = x.start;
  io.probe.halted.value = r.halted;
});
