// The debug registers against the manual byte by byte (Intel SDM 3, 17.2): an access matches if one of its bytes lies
// in the breakpoint's. The prover takes every content of the registers.
import { and, constant, fromBits, mux, or, requireProof, type Bit, type Bits } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { refuted, withFault } from "../../../hdl-gen/library/testing.ts";
import { debugRegisters, type DebugRegistersConfig } from "../debug-registers.ts";

const test = suite("proofs: debug registers");

type Properties = NonNullable<DebugRegistersConfig["properties"]>;

const implies = (a: Bit, b: Bit): Bit => a.not().or(b);

/** Address bits that do not count, by the length's code. */
const spans = [0, 1, 7, 3];

const claims: Properties = (m, io, { address, happened, control }) => m.scope("proof", () => m.ghost(() => {
  const is_pair = io.data.bytes.eq(5);
  m.assume("accesses_of_1_2_or_4_bytes_or_two_doublewords", or(
    io.data.bytes.eq(1), io.data.bytes.eq(2), io.data.bytes.eq(4), and(is_pair, io.data.linear.slice(1, 0).eq(0))));
  const bytes = mux(is_pair, constant(8, 4), io.data.bytes.zext(4));

  // --- breakpoints --------------------------------------------------------------------------------------
  const breakpoints = address.map((at, n) => {
    const kind = control.slice<number, number>(17 + 4 * n, 16 + 4 * n);
    const length = control.slice<number, number>(19 + 4 * n, 18 + 4 * n);
    const span = spans.map((bits, code) => mux(length.eq(code), constant(bits, 32), 0)).reduce((a, b) => a.or(b));
    const watches = (byte: Bits<32>): Bit => byte.or(span).eq(at.or(span));
    const watchesAny = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => and(bytes.gt(i), watches(io.data.linear.add(i))));
    const waits = { instruction: kind.eq(0), data: kind.eq(1).or(kind.eq(3)) };
    return {
      enabled: control.slice<number, number>(2 * n + 1, 2 * n).ne(0),
      waits,
      met: {
        instruction: waits.instruction.and(watches(io.instruction.linear)),
        data: or(kind.eq(1).and(io.data.writes), kind.eq(3)).and(watchesAny.reduce((a, b) => a.or(b))),
      },
    };
  });
  for (const kind of ["instruction", "data"] as const) {
    const { met, some_enabled } = m.scope(kind, () => m.nets({
      met: fromBits(breakpoints.map((one) => one.met[kind])).as(4),
      some_enabled: breakpoints.map((one) => one.enabled.and(one.met[kind])).reduce((a, b) => a.or(b)),
    }));
    m.assert(`${kind}_matches`, io[kind].matches.eq(mux(some_enabled, met, 0)));
    m.assert(`${kind}_is_looked_at`,
      io[`any_${kind}`].eq(breakpoints.map((one) => one.enabled.and(one.waits[kind])).reduce((a, b) => a.or(b))));
    m.assert(`${kind}_may_be_skipped`, implies(io[`any_${kind}`].not(), io[kind].matches.eq(0)));
    m.cover(`${kind}_meets_one`, io[kind].matches.eq(1));
  }

  // --- registers ----------------------------------------------------------------------------------------
  m.assert("fixed_bits_of_dr6", happened.and(0xffff1ff0).eq(0xffff0ff0));
  m.assert("fixed_bits_of_dr7", control.and(0x0000d400).eq(0x00000400));
  const { write, report } = m.nets({
    write: { valid: m.past(io.write.valid), number: m.past(io.write.number), value: m.past(io.write.value) },
    report: { valid: m.past(io.report.valid), hits: m.past(io.report.hits) },
  });
  const writes = (...numbers: readonly number[]): Bit =>
    write.valid.and(numbers.map((n) => write.number.eq(n)).reduce((a, b) => a.or(b)));
  address.forEach((register, n) => {
    m.assert(`dr${n}_is_what_was_written`, register.eq(mux(writes(n), write.value, m.past(register))));
  });
  const causes = [io.report.detect, io.report.step, io.report.task];
  m.assert("dr6_stands_without_a_report", implies(or(writes(4, 6), report.valid).not(), m.stable(happened)));
  m.assert("dr6_is_what_was_written", implies(writes(4, 6).and(report.valid.not()),
    happened.eq(write.value.and(0xe00f).or(0xffff0ff0))));
  m.when(report.valid, () => {
    m.assert("dr6_tells_the_breakpoints", happened.slice(3, 0).eq(report.hits));
    causes.forEach((bit, i) => {
      m.assert(`dr6_adds_bit_${13 + i}`, happened.bit(13 + i).eq(m.past(happened).bit(13 + i).or(m.past(bit))));
    });
  });
  const stays = mux(m.past(io.task_switch), constant(0xfffffeaa, 32), 0xffffffff)
    .and(mux(m.past(io.clear_general_detect), constant(0xffffdfff, 32), 0xffffffff));
  m.assert("dr7", control.eq(mux(writes(5, 7), write.value.and(0xffff2bff).or(0x400), m.past(control).and(stays))));
  const { number, value } = io.read;
  const numbered = [...address, happened, control, happened, control];
  const right = numbered.map((register, n) => implies(number.eq(n), value.eq(register)));
  m.assert("reads_what_is_there", right.reduce((a, b) => a.and(b)));
}));

const unit = debugRegisters({ properties: claims });

test("breakpoints match byte by byte; the registers keep, change and tell what they should", async () => {
  const { verdict } = await requireProof(unit, { depth: 3 });
  assert.is(verdict.kind, "proved");
});

for (const [fault, label, plant, expected] of [
  ["forgets the doubleword after", "next", (value) => value.sub(1), ["proof_data_matches"]],
  ["takes a word for a byte", "touched", (value) => value.and(0x3f), ["proof_data_matches"]],
  // Those of instructions count as well.
  ["ignores lengths", "breakpoint_2_free", (value) => value.and(0), ["proof_data_matches", "proof_instruction_matches"]],
] as const satisfies readonly (readonly [string, string, (value: Bits) => Bits, readonly string[]])[]) {
  test(`a unit that ${fault} is found out`, async () => {
    const failed = await refuted(withFault(unit, label, plant), { depth: 3 });
    assert.ok(failed.some((name) => (expected as readonly string[]).includes(name)), failed.join());
  });
}

test.run();
