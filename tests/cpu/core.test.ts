// The core against the host processor.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildBare } from "./bare/build.ts";
import { cpuVerilog } from "./bare/verilog.ts";
import { runCases } from "./batch.ts";
import { compareBatch, directedBatches, type Result } from "./campaign.ts";
import { interrupted_frame_bytes } from "./compare.ts";
import { coreExecutor } from "./core.ts";
import { coverage, coverageText } from "./coverage.ts";
import { directedCase, randomCase, selected } from "./generate.ts";
import { hostExecutor } from "./host.ts";
import { forms } from "./forms.ts";
import { implemented } from "./implemented.ts";
import { slot, slotAddresses, table } from "./layout.ts";
import { minimise } from "./minimise.ts";
import type { Case } from "./program.ts";
import { report } from "./report.ts";

const test = suite("the core equals the host processor");
const host = await hostExecutor();
const bare = await buildBare(cpuVerilog());
const core = await coreExecutor(bare);
const interrupted_core = await coreExecutor(bare, { interrupt_seed: 1 });
const there = selected(implemented);

const all = process.env["ATOMICOS_TEST_ALL"] === "1";
const directed_cases = all ? 100 : 6;
const random_batches = all ? 500 : 20;

/** Differences are shown in their smallest form; a few are enough. */
const shown_max = 3;

async function differences(batches: readonly (readonly Case[])[], tested = core, frame_bytes = 0): Promise<string> {
  const found: Result[] = [];
  for (const batch of batches) {
    const results = await compareBatch(host, tested, batch, frame_bytes);
    found.push(...results.filter((result) => result.differences.length > 0));
    if (found.length >= shown_max) break;
  }
  const reports: string[] = [];
  for (const result of found.slice(0, shown_max))
    reports.push(report(await minimise(host, tested, result, frame_bytes)));
  return reports.join("\n\n");
}

test("in every form of every instruction", async () => {
  const { batches, uncovered } = directedBatches(there, directed_cases, host.low);
  for (const { form, reason } of uncovered) console.log(`left out: ${form.id}: ${reason}`);
  const without = new Set(uncovered.map(({ form }) => form));
  const covered = coverage(
    batches.flat(),
    there.filter((form) => !without.has(form)),
  );
  assert.equal(
    covered.missing.map(({ id }) => id),
    [],
  );
  console.log(coverageText(covered));
  assert.is(await differences(batches), "");
});

test("in random sequences", async () => {
  const slots = slotAddresses({ low: host.low });
  const batches = Array.from({ length: random_batches }, (_, batch) =>
    slots.map((at, index) => randomCase(batch * slots.length + index, at, there, 5 + (batch % 7) * 6)),
  );
  assert.is(await differences(batches), "");
});

test("in random sequences that are interrupted at any instruction", async () => {
  const slots = slotAddresses({ low: host.low });
  const batches = Array.from({ length: random_batches / 4 }, (_, batch) =>
    slots.map((at, index) =>
      randomCase(batch * slots.length + index, at, there, 5 + (batch % 5) * 6, { interruptible: true }),
    ),
  );
  assert.is(await differences(batches, interrupted_core, interrupted_frame_bytes), "");
});

test("except that what implemented.ts leaves out is an undefined opcode", async () => {
  const left_out = forms.filter((form) => !there.includes(form) && form.row.level <= implemented.level);
  for (const form of left_out) {
    const made = directedCase(form, 0, table.first_high + slot.bytes);
    if (made === undefined) continue;
    const [outcome] = await runCases(core, [made]);
    assert.is(outcome?.kind === "ended" ? outcome.vector : undefined, 6, form.id);
  }
});

test.after(() => {
  host.close();
  core.close();
  interrupted_core.close();
});

test.run();
