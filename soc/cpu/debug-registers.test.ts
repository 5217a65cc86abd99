// The debug registers against the manual in plain TypeScript, byte by byte (Intel SDM 3, 17.2).
import { simulate } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { random, type Random } from "../../hdl-gen/fuzz/random.ts";
import { debugRegisters } from "./debug-registers.ts";

const test = suite("debug registers");

interface Access {
  readonly linear: number;
  readonly bytes: number;
  readonly kind: "instruction" | "read" | "write";
}
interface Report {
  readonly hits: number;
  readonly step: number;
  readonly task: number;
  readonly detect: number;
}
interface Model {
  readonly address: number[];
  happened: number;
  control: number;
}

const fields = (control: number, n: number) => ({
  enabled: ((control >>> (2 * n)) & 3) !== 0,
  kind: (control >>> (16 + 4 * n)) & 3,
  bytes: [1, 2, 8, 4][(control >>> (18 + 4 * n)) & 3] ?? 0,
});

/** The breakpoints that match an access, if one of them is enabled. */
function matches({ address, control }: Model, access: Access): number {
  const met = address.map((at, n) => {
    const { kind, bytes } = fields(control, n);
    const waits = { instruction: kind === 0, read: kind === 3, write: kind === 1 || kind === 3 }[access.kind];
    const first = BigInt(at) - (BigInt(at) % BigInt(bytes));
    return waits && Array.from({ length: access.bytes }, (_, i) => (BigInt(access.linear) + BigInt(i)) % 2n ** 32n)
      .some((byte) => byte >= first && byte < first + BigInt(bytes));
  });
  if (!met.some((is, n) => is && fields(control, n).enabled)) return 0;
  return met.reduce((sum, is, n) => sum | (is ? 1 << n : 0), 0);
}

const anyOf = ({ address, control }: Model, kinds: readonly number[]): number =>
  +address.some((_, n) => fields(control, n).enabled && kinds.includes(fields(control, n).kind));

function write(model: Model, number: number, value: number): void {
  if (number < 4) model.address[number] = value;
  else if (number % 2 === 0) model.happened = ((value & 0xe00f) | 0xffff0ff0) >>> 0;
  else model.control = ((value & 0xffff2bff) | 0x400) >>> 0;
}

function report(model: Model, { hits, step, task, detect }: Report): void {
  model.happened = ((model.happened & ~0xf) | hits | (detect << 13) | (step << 14) | (task << 15)) >>> 0;
}

const readBack = (model: Model): readonly number[] =>
  [...model.address, model.happened, model.control, model.happened, model.control];

function bench(compare = true) {
  const sim = simulate(debugRegisters({ compare }));
  const { io } = sim;
  sim.reset();
  const during = (inputs: () => void, clear: () => void): void => {
    inputs();
    sim.step();
    clear();
  };
  return {
    io,
    read: (number: number): number => {
      io.read.number = number;
      return io.read.value;
    },
    write: (number: number, value: number): void => during(
      () => { Object.assign(io.write, { valid: 1, number, value }); }, () => { io.write.valid = 0; }),
    report: (what: Partial<Report>): void => during(
      () => { Object.assign(io.report, { hits: 0, step: 0, task: 0, detect: 0, ...what, valid: 1 }); },
      () => { io.report.valid = 0; }),
    deliver: (): void => during(() => { io.clear_general_detect = 1; }, () => { io.clear_general_detect = 0; }),
    switchTask: (): void => during(() => { io.task_switch = 1; }, () => { io.task_switch = 0; }),
    matches({ linear, bytes, kind }: Access): number {
      if (kind === "instruction") {
        io.instruction.linear = linear;
        return io.instruction.matches;
      }
      Object.assign(io.data, { linear, bytes, writes: +(kind === "write") });
      return io.data.matches;
    },
  };
}

/** Addresses close together, so that breakpoints and accesses meet; most of them around the end of the 4 GB. */
const anyAddress = (dice: Random): number => ((dice.oneIn(4) ? 0x12345678 : 0xfffffff8) + dice.below(16)) >>> 0;

test("hold, match and report as the manual in plain TypeScript does", () => {
  const dice = random(1);
  const unit = bench();
  const model: Model = { address: [0, 0, 0, 0], happened: 0xffff0ff0, control: 0x400 };
  const seen = new Set<number>();
  for (let n = 0; n < 30_000; n++) {
    const choice = dice.below(24);
    if (choice < 4) {
      const number = dice.below(8);
      const value = number < 4 ? anyAddress(dice) : Number(dice.bits(32));
      unit.write(number, value);
      write(model, number, value);
    } else if (choice === 4) {
      const what = { hits: dice.below(16), step: dice.below(2), task: dice.below(2), detect: dice.below(2) };
      unit.report(what);
      report(model, what);
    } else if (choice === 5) {
      unit.deliver();
      model.control = (model.control & ~0x2000) >>> 0;
    } else if (choice === 6) {
      unit.switchTask();
      model.control = (model.control & ~0x155) >>> 0;
    }
    const where = `operation ${n}`;
    assert.equal([0, 1, 2, 3, 4, 5, 6, 7].map(unit.read), readBack(model), where);
    assert.is(unit.io.general_detect, (model.control >>> 13) & 1, where);
    assert.is(unit.io.any_instruction, anyOf(model, [0]), where);
    assert.is(unit.io.any_data, anyOf(model, [1, 3]), where);
    for (const kind of ["instruction", "read", "write"] as const) {
      const access = { linear: anyAddress(dice), bytes: kind === "instruction" ? 1 : dice.pick([1, 2, 4]), kind };
      const expected = matches(model, access);
      assert.is(unit.matches(access), expected, `${where}: ${JSON.stringify(access)} ${readBack(model).join()}`);
      seen.add(expected);
    }
  }
  assert.is(seen.size, 16);
});

test("after reset, nothing is enabled, and the fixed bits read as they should", () => {
  const unit = bench();
  assert.equal([0, 1, 2, 3, 4, 5, 6, 7].map(unit.read), [0, 0, 0, 0, 0xffff0ff0, 0x400, 0xffff0ff0, 0x400]);
  assert.is(unit.matches({ linear: 0, bytes: 1, kind: "instruction" }), 0);
  for (const number of [6, 7]) unit.write(number, 0);
  assert.equal([6, 7].map(unit.read), [0xffff0ff0, 0x400]);
  for (const number of [6, 7]) unit.write(number, 0xffffffff);
  assert.equal([6, 7].map(unit.read), [0xffffefff, 0xffff2fff]);
});

test("an access is caught by any of its bytes, also across a doubleword and across 4 GB", () => {
  const unit = bench();
  unit.write(0, 0x1004);
  unit.write(7, 0x0001_0001); // DR0: writes of 1 byte, local
  const hit = (linear: number, bytes: number): boolean => unit.matches({ linear, bytes, kind: "write" }) === 1;
  const dwords = [0x1000, 0x1001, 0x1002, 0x1003, 0x1004, 0x1005].map((at) => hit(at, 4));
  assert.equal(dwords, [false, true, true, true, true, false]);
  assert.equal([0x1002, 0x1003, 0x1004, 0x1005].map((at) => hit(at, 2)), [false, true, true, false]);
  assert.is(unit.matches({ linear: 0x1004, bytes: 1, kind: "read" }), 0);
  unit.write(0, 0);
  assert.equal([0xfffffffc, 0xfffffffd, 0xffffffff, 0].map((at) => hit(at, 4)), [false, true, true, true]);
});

test("breakpoints that are not enabled show only beside one that is", () => {
  const unit = bench();
  for (const number of [0, 1, 2]) unit.write(number, 0x2000);
  unit.write(7, 0x0000_0000);
  assert.is(unit.matches({ linear: 0x2000, bytes: 1, kind: "instruction" }), 0);
  unit.write(7, 0x0100_0008); // DR1 global; DR2 waits for a write
  assert.is(unit.matches({ linear: 0x2000, bytes: 1, kind: "instruction" }), 0b0011);
});

test("a report replaces B0 to B3 and leaves BS, BT and BD to software", () => {
  const unit = bench();
  unit.report({ hits: 0b0101, step: 1 });
  assert.is(unit.read(6), 0xffff4ff5);
  unit.report({ hits: 0b1000, task: 1, detect: 1 });
  assert.is(unit.read(4), 0xffffeff8);
});

test("without comparators the registers are there, and nothing matches", () => {
  const unit = bench(false);
  unit.write(3, 0x3000);
  unit.write(7, 0xffff_ffff);
  assert.is(unit.read(3), 0x3000);
  assert.is(unit.io.general_detect, 1);
  assert.is(unit.matches({ linear: 0x3000, bytes: 4, kind: "write" }), 0);
  assert.equal([unit.io.any_data, unit.io.any_instruction], [0, 0]);
});

test.run();
