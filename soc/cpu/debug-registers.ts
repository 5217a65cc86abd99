// The debug registers (Intel SDM 3, 17.2): four breakpoints, what each waits for (DR7), and what happened (DR6).
// DR4 and DR5 are other names of DR6 and DR7: there is no CR4.DE, and so no breakpoint on I/O either.
//
// Where the manual leaves a choice, this does as Bochs 2.7:
// - Once an enabled breakpoint matches, those that match but are not enabled show in DR6 too.
// - A debug exception replaces B0 to B3 instead of adding to them. BS, BT and BD stay until software clears them, as
//   the manual has it (Bochs 2.7 clears BT).
// - A breakpoint's length counts for instructions too, and the length 10b is 8 bytes.
// - Bits 12, 14 and 15 of DR7 read 0, bit 10 reads 1; bit 11, without a meaning, keeps what is written.
//
// A data access is of up to 4 bytes, or of two doublewords, so it lies in one doubleword or in two that follow each other: a breakpoint's
// doubleword is compared with both, and then the bytes within. The second one's number is computed once for all four.
//
//   comparators   price on ECP5, measured with yosys 0.23 (synth_ecp5 -abc9)
//   with          650 LUTs, 15 carry cells and 164 flip-flops
//   without       151 LUTs and 164 flip-flops
import {
  cat, constant, fromBits, input, module, mux, output, reg, select,
  type Bit, type Bits, type Builder, type Design, type Inside,
} from "#hdl-gen";

const ports = {
  write: { valid: input(1), number: input(3), value: input(32) },
  read: { number: input(3), value: output(32, "in the same clock") },
  instruction: {
    linear: input(32, "of the first byte"),
    matches: output(4, "breakpoints to report: none, unless one of them is enabled"),
  },
  data: {
    linear: input(32, "of the first byte; the others may be beyond 4 GB, at 0"),
    bytes: input(3, "1, 2 or 4; 5 for 8, the first in its doubleword"),
    writes: input(1),
    matches: output(4, "breakpoints to report: none, unless one of them is enabled"),
  },
  any_instruction: output(1, "a breakpoint on an instruction is enabled"),
  any_data: output(1, "a breakpoint on data is enabled"),
  report: {
    valid: input(1, "a debug exception: set DR6"),
    hits: input(4, "breakpoints"),
    step: input(1, "single step: BS"),
    task: input(1, "switch to a task with T set: BT"),
    detect: input(1, "access to a debug register while DR7.GD: BD"),
  },
  general_detect: output(1, "DR7.GD: an access to a debug register is a debug exception"),
  clear_general_detect: input(1, "a debug exception is delivered"),
  task_switch: input(1, "L0 to L3 and LE end with the task"),
};

type Ports = typeof ports;

export interface DebugRegistersConfig {
  /** Without it, the registers are there, but nothing is compared with them. */
  readonly compare?: boolean;
  /** Adds properties about the insides, for proofs. */
  readonly properties?: (m: Builder, io: Inside<Ports>, inside: DebugRegistersInside) => void;
}

/** What proofs look at inside. */
export interface DebugRegistersInside {
  /** DR0 to DR3. */
  readonly address: readonly Bits<32>[];
  /** DR6. */
  readonly happened: Bits<32>;
  /** DR7. */
  readonly control: Bits<32>;
}

/** Bits that are there; the others are fixed. */
const dr6 = { fixed: 0xffff0ff0, keeps: 0xe00f } as const;
const dr7 = { fixed: 0x00000400, keeps: 0xffff2bff, local: 0x155, general_detect: 13 } as const;

export function debugRegisters({ compare = true, properties }: DebugRegistersConfig = {}): Design<Ports> {
  const doc = `DR0 to DR7, ${compare ? "with" : "without"} comparators.`;
  return module("debug_registers", doc, ports, (m, io) => {
    const r = m.regs({
      address: [0, 1, 2, 3].map((n) => reg(32, 0, `DR${n}`)),
      happened: reg(32, dr6.fixed, "DR6"),
      control: reg(32, dr7.fixed, "DR7"),
    });

    // --- the registers --------------------------------------------------------------------------------
    io.read.value.value = select(io.read.number, [...r.address, r.happened, r.control, r.happened, r.control]);
    const { number, value, valid } = io.write;
    r.address.forEach((register, n) => {
      m.when(valid.and(number.eq(n)), () => { register.next = value; });
    });
    m.when(valid.and(number.eq(4).or(number.eq(6))), () => {
      r.happened.next = value.and(dr6.keeps).or(dr6.fixed);
    });
    m.when(io.report.valid, () => {
      const { hits, step, task, detect } = io.report;
      r.happened.next = cat(
        r.happened.slice(31, 16),
        r.happened.bit(15).or(task),
        r.happened.bit(14).or(step),
        r.happened.bit(13).or(detect),
        r.happened.slice(12, 4),
        hits,
      );
    });
    m.when(valid.and(number.eq(5).or(number.eq(7))), () => {
      r.control.next = value.and(dr7.keeps).or(dr7.fixed);
    }).otherwise(() => {
      const ended = mux(io.task_switch, constant(dr7.local, 32), 0);
      const cleared = mux(io.clear_general_detect, constant(1 << dr7.general_detect, 32), 0);
      r.control.next = r.control.and(ended.or(cleared).not());
    });
    io.general_detect.value = r.control.bit(dr7.general_detect);

    properties?.(m, io, r);

    // --- breakpoints ----------------------------------------------------------------------------------
    if (!compare) {
      m.unused(io.instruction.linear, io.data.linear, io.data.bytes, io.data.writes);
      for (const none of [io.instruction.matches, io.data.matches, io.any_instruction, io.any_data]) none.value = 0;
      return;
    }
    const is_pair = io.data.bytes.bit(2).and(io.data.bytes.bit(0)); // what is none of the others is 1
    const { touched, next } = m.nets({
      touched: mux(is_pair, constant(0xff, 8), accessed(io.data.bytes).zext(8).shl(io.data.linear.slice(1, 0))),
      next: io.data.linear.slice(31, 2).add(1),
    });
    const breakpoints = r.address.map((address, n) => m.scope(`breakpoint_${n}`, () => {
      const { kind, length } = m.nets({
        kind: r.control.slice<number, number>(17 + 4 * n, 16 + 4 * n),
        length: r.control.slice<number, number>(19 + 4 * n, 18 + 4 * n),
      });
      // Lowest bits of the address that do not count, and the bytes watched in the doubleword (or in each of two).
      const { free } = m.nets({ free: select(length, [constant(0, 3), 1, 7, 3]) });
      const { watched } = m.nets({
        watched: mux(free.bit(1), 0xf,
          mux(free.bit(0), constant(3, 4), 1).shl(address.slice(1, 0).and(free.slice(1, 0).not()))),
      });
      const doublewordIs = (other: Bits<30>): Bit =>
        other.slice(29, 1).eq(address.slice(31, 3)).and(other.bit(0).eq(address.bit(2)).or(free.bit(2)));
      const { linear } = io.instruction;
      return m.nets({
        enabled: r.control.slice<number, number>(2 * n + 1, 2 * n).any(),
        waits: { instruction: kind.eq(0), data: kind.bit(0) },
        met: {
          instruction: doublewordIs(linear.slice(31, 2))
            .and(linear.slice(1, 0).xor(address.slice(1, 0)).and(free.slice(1, 0).not()).any().not()),
          data: kind.bit(1).or(io.data.writes).and(
            doublewordIs(io.data.linear.slice(31, 2)).and(watched.and(touched.slice(3, 0)).any())
              .or(doublewordIs(next).and(watched.and(touched.slice(7, 4)).any())),
          ),
        },
      });
    }));
    for (const kind of ["instruction", "data"] as const) {
      m.scope(kind, () => {
        const { enabled, met } = m.nets({
          enabled: fromBits(breakpoints.map((one) => one.enabled.and(one.waits[kind]))).as(4),
          met: fromBits(breakpoints.map((one) => one.waits[kind].and(one.met[kind]))).as(4),
        });
        io[`any_${kind}`].value = enabled.any();
        io[kind].matches.value = mux(enabled.and(met).any(), met, 0);
      });
    }
  });
}

/** A bit for each byte of an access, the first lowest. */
function accessed(bytes: Bits<3>): Bits<4> {
  return cat(bytes.bit(2), bytes.bit(2), bytes.bit(2).or(bytes.bit(1)), constant(1, 1));
}
