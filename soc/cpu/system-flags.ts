// The system flags of EFLAGS (Intel SDM 1, 3.4.3.3): who may change them, and what clears them.
import { cat, constant, input, module, reg, type Bit, type Bits } from "#hdl-gen";
import { flagBit } from "./flags.ts";
import { System } from "./microop.ts";
import { inputsOf, outputsOf } from "./shape.ts";

export const systemFlagsShape = {
  trap: 1,
  interrupts: 1,
  direction: 1,
  port_level: 2,
  nested: 1,
  resume: 1,
  virtual_8086: 1,
  alignment: 1,
  identification: 1,
} as const;
export const systemFlagsIn = inputsOf(systemFlagsShape);

export const systemFlags = module("system_flags", "TF, IF, DF, IOPL, NT, RF, VM, AC and ID.", {
  valid: input(1, "there is a step"),
  completes: input(1, "it has its effect in this clock"),
  first: input(1, "and it is an instruction's first: RF has had its use"),
  effect: input(System),
  wide: input(1, "operands have 32 bits"),
  value: input(32, "what is written"),
  trap_gate: input(1, "the gate leaves IF alone"),
  cpl: input(2),
  exchange: input(1, "the flags become those of another context, as task_flags writes them"),
  incoming: input(32),
  now: outputsOf(systemFlagsShape),
  /** After the step here, if it completes: known before that is. */
  next: outputsOf(systemFlagsShape),
}, (m, io) => {
  const r = m.regs({
    trap: reg(1),
    interrupts: reg(1),
    direction: reg(1),
    port_level: reg(2),
    nested: reg(1),
    resume: reg(1),
    virtual_8086: reg(1),
    alignment: reg(1),
    identification: reg(1),
  });
  const n = io.next;
  m.drive(n, r);
  m.drive(io.now, r);
  const { value } = io;
  for (const flags of [value, io.incoming]) {
    m.unused(flags.slice(31, 22), flags.slice(20, 19), flags.bit(15), flags.bit(11), flags.slice(7, 0));
  }
  const { kernel, may_interrupt } = m.nets({ kernel: io.cpl.eq(0), may_interrupt: io.cpl.le(r.port_level) });
  const all = (flags: Bits<32>): void => {
    n.trap.value = flags.bit(flagBit.trap);
    n.interrupts.value = flags.bit(flagBit.interrupt);
    n.direction.value = flags.bit(flagBit.direction);
    n.nested.value = flags.bit(14);
    n.port_level.value = flags.slice(13, 12);
    n.resume.value = flags.bit(16);
    n.virtual_8086.value = flags.bit(17);
    n.alignment.value = flags.bit(18);
    n.identification.value = flags.bit(21);
  };
  const everybody = (): void => {
    n.trap.value = value.bit(flagBit.trap);
    n.direction.value = value.bit(flagBit.direction);
    n.nested.value = value.bit(14);
    m.when(may_interrupt, () => { n.interrupts.value = value.bit(flagBit.interrupt); });
    m.when(kernel, () => { n.port_level.value = value.slice(13, 12); });
    m.when(io.wide, () => {
      n.alignment.value = value.bit(18);
      n.identification.value = value.bit(21);
    });
  };
  m.when(io.valid, () => {
    m.when(io.first, () => { n.resume.value = 0; });
    m.match(io.effect, [
      ["set_interrupt", () => { n.interrupts.value = 1; }],
      ["clear_interrupt", () => { n.interrupts.value = 0; }],
      ["set_direction", () => { n.direction.value = 1; }],
      ["clear_direction", () => { n.direction.value = 0; }],
      ["write_flags", everybody],
      [["return_flags", "interrupt_return"], () => {
        everybody();
        n.resume.value = value.bit(16).and(io.wide);
        m.when(io.wide.and(kernel), () => { n.virtual_8086.value = value.bit(17); });
      }],
      ["task_flags", () => { all(value); }],
      [["enter_handler", "enter_inner"], () => {
        n.trap.value = 0;
        n.nested.value = 0;
        n.resume.value = 0;
        n.virtual_8086.value = 0;
        m.when(io.trap_gate.not(), () => { n.interrupts.value = 0; });
      }],
      ["enter_kernel", () => {
        n.resume.value = 0;
        n.virtual_8086.value = 0;
        n.interrupts.value = 0;
      }],
    ], () => {});
  });
  m.when(io.exchange, () => { all(io.incoming); });
  m.when(io.completes.or(io.exchange), () => { m.drive(r, n); });
});

interface SystemFlags extends Record<Exclude<keyof typeof systemFlagsShape, "port_level">, Bit> {
  readonly port_level: Bits<2>;
}

/** EFLAGS' bits 21 to 12, `resume` and `virtual_8086` as the reader is to see them. */
export const upperFlags = (f: SystemFlags, resume: Bit, virtual_8086: Bit): Bits<10> => cat(
  f.identification, constant(0, 2), f.alignment, virtual_8086, resume, constant(0, 1), f.nested, f.port_level,
);
