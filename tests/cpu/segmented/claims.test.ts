// The manuals' claims about segments, held against the host processor, and the core against both.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildBare } from "../bare/build.ts";
import { cpuVerilog } from "../bare/verilog.ts";
import { runCases, type Executor, type Outcome } from "../batch.ts";
import { compare } from "../compare.ts";
import { coreExecutor } from "../core.ts";
import { hostExecutor, hostHasSegments } from "../host.ts";
import { implemented_campaigns } from "../implemented.ts";
import { exit_fault_bytes, place, type Case } from "../program.ts";
import { report } from "../report.ts";
import { claims, type Claim } from "./claims.ts";
import { segmentedHandwritten } from "./handwritten.ts";
import { slotAddresses } from "./layout.ts";

const zero_flag = 0x40;
const undefined_opcode = 6;
const with_error_code = new Set([10, 11, 12, 13, 17]);

const host = await hostExecutor("segmented");
const slots = slotAddresses({ low: false });
const bytesOf = (code: string): number[] => code.split(" ").map((byte) => parseInt(byte, 16));

/** In batches of as many as there are slots. */
const made: { claim: Claim; test: Case }[] = Object.values(claims)
  .flat()
  .map((claim, index) => {
    const at = slots[index % slots.length] ?? 0;
    return { claim, test: segmentedHandwritten(claim.says, at, bytesOf(claim.code), claim.state ?? {}) };
  });

async function outcomes(executor: Executor): Promise<Map<Case, Outcome>> {
  const all = new Map<Case, Outcome>();
  for (let from = 0; from < made.length; from += slots.length) {
    const batch = made.slice(from, from + slots.length).map(({ test }) => test);
    (await runCases(executor, batch)).forEach((outcome, index) => {
      const one = batch[index];
      if (one !== undefined) all.set(one, outcome);
    });
  }
  return all;
}

function ending(outcome: Extract<Outcome, { kind: "ended" }>, end_eip: number): string {
  const { vector = undefined_opcode, eip, segments } = outcome;
  if (vector === undefined_opcode && eip === end_eip) return "runs";
  return with_error_code.has(vector) ? `${vector}:${(segments?.error ?? 0).toString(16)}` : `${vector}`;
}

const has_segments = await hostHasSegments();
if (!has_segments) console.log("left out: this Linux lets no process have local descriptors");
const expected = has_segments ? await outcomes(host) : new Map<Case, Outcome>();
const test = suite("segments");

for (const [title, list] of has_segments ? Object.entries(claims) : []) {
  test(`${title}: the host processor does what the manuals say`, () => {
    for (const { claim, test: one } of made.filter((entry) => list.includes(entry.claim))) {
      const what = `${claim.says}: ${claim.code}`;
      const outcome = expected.get(one);
      assert.ok(outcome?.kind === "ended", what);
      assert.is(ending(outcome, (place(one)?.bytes.length ?? 0) - exit_fault_bytes), claim.ends, what);
      for (const [r, value] of Object.entries(claim.registers ?? {}))
        assert.is(outcome.registers[Number(r)], value, `${what}: register ${r}`);
      if (claim.zero !== undefined) assert.is((outcome.eflags & zero_flag) !== 0, claim.zero, `${what}: ZF`);
    }
  });
}

if (has_segments && implemented_campaigns.includes("segments"))
  test("the core does what the host processor does", async () => {
    const core = await coreExecutor(await buildBare(cpuVerilog()), { kind: "segmented" });
    const actual = await outcomes(core);
    core.close();
    const different = made.flatMap(({ test: one }) => {
      const there = expected.get(one) ?? { kind: "not_run" };
      const here = actual.get(one) ?? { kind: "not_run" };
      const differences = compare(one, there, here);
      return differences.length === 0 ? [] : [report({ test: one, expected: there, actual: here, differences })];
    });
    assert.is(different.join("\n\n"), "");
  });

test.after(() => {
  host.close();
});

test.run();
