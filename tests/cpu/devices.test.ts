// The device port: the core is built so that the upper half of RAM is a device to it. It must compute the same.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildBare } from "./bare/build.ts";
import { cpuVerilog } from "./bare/verilog.ts";
import { runCases, type Executor } from "./batch.ts";
import { compareBatch } from "./campaign.ts";
import { interrupted_frame_bytes } from "./compare.ts";
import { coreExecutor } from "./core.ts";
import type { Form } from "./forms.ts";
import { randomCase, selected } from "./generate.ts";
import { handwritten } from "./handwritten.ts";
import { hostExecutor } from "./host.ts";
import { implemented } from "./implemented.ts";
import { slot, slotAddresses, table } from "./layout.ts";
import { report } from "./report.ts";

const test = suite("the device port");
const ram_bytes = table.end / 2;
const bare = await buildBare(cpuVerilog({ ram_bytes }));
const host = await hostExecutor();
const core = await coreExecutor(bare);
const interrupted_core = await coreExecutor(bare, { interrupt_seed: 1 });
const batches = 6;

const stack_shapes = new Set(["push", "pop", "popf", "call", "enter", "leave"]);

/** A device has no accesses across a doubleword's end; what cannot be kept from them is left out. */
function canBeAligned({ row }: Form): boolean {
  const moves_stack = stack_shapes.has(row.shape) || row.name.startsWith("pop ");
  return !moves_stack && row.shape !== "load_far";
}

async function noDifferences(tested: Executor, interruptible: boolean): Promise<void> {
  const forms = selected(implemented).filter(canBeAligned);
  const slots = slotAddresses({ low: false }).filter((at) => at >= ram_bytes);
  for (let batch = 0; batch < batches; batch++) {
    const cases = slots.map((at, index) =>
      randomCase(batch * slots.length + index, at, forms, 20, { interruptible, aligned: true }),
    );
    const results = await compareBatch(host, tested, cases, interruptible ? interrupted_frame_bytes : 0);
    const found = results.find(({ differences }) => differences.length > 0);
    assert.is(found === undefined ? "" : report(found), "");
  }
}

test("does what memory does, in every instruction with a memory operand", async () => noDifferences(core, false));
test("does so between interrupts", async () => noDifferences(interrupted_core, true));

test("is read exactly once by an instruction, however often it is interrupted", async () => {
  const reads = 100;
  // mov ecx,reads / xor ebx,ebx / mov edx,0E0h / next: in eax,dx / add ebx,eax / loop next
  const code = [0xb9, reads, 0, 0, 0, 0x31, 0xdb, 0xba, 0xe0, 0, 0, 0, 0xed, 0x01, 0xc3, 0xe2, 0xfb];
  for (const tested of [core, interrupted_core]) {
    const [outcome] = await runCases(tested, [handwritten("count", table.first_high + slot.bytes, code)]);
    assert.ok(outcome?.kind === "ended" && outcome.vector === undefined);
    assert.equal([outcome.registers[0], outcome.registers[3]], [reads, (reads * (reads + 1)) / 2]);
  }
});

test.after(() => {
  host.close();
  core.close();
  interrupted_core.close();
});

test.run();
