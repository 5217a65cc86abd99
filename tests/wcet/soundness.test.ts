// No bound is ever below what the core takes, and where a program has one way to go, it is what the core takes exactly.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { auditOf } from "../../wcet/audit.ts";
import { boundOf, subjectOf } from "../../wcet/analyse.ts";
import { buildBare } from "../cpu/bare/build.ts";
import { cpuVerilog } from "../cpu/bare/verilog.ts";
import { randomFrom } from "../cpu/random.ts";
import { bareTiming, built, caller, inFolder, run, type Built } from "./image.ts";
import { randomAssembly } from "./random-assembly.ts";
import { randomC } from "./random-c.ts";

const test = suite("bounds and the core");
const bare = await buildBare(cpuVerilog());
const all = process.env["ATOMICOS_TEST_ALL"] === "1";
const programs = all ? 100 : 4;
const functions = 12;

interface Beside {
  readonly name: string;
  readonly bound: number;
  readonly measured: number;
  readonly times: number;
}

/** Each operation's bound and the most that the core has taken for it. */
async function measured(program: Built): Promise<Beside[]> {
  const subject = subjectOf(program.elf, program.path);
  const bounds = await Promise.all(
    subject.operations.map(async (operation) => boundOf(operation, subject, bareTiming)),
  );
  const audits = bounds.map((bound) => auditOf([bound]));
  for (const { eip, cycle } of await run(program, bare)) for (const audit of audits) audit.completed(eip, cycle);
  return bounds.flatMap(({ operation: { name }, bound_cycles: bound }, index) => {
    const seen = audits[index]?.observations.get(name);
    if (seen === undefined) return [];
    assert.is(seen.unfinished, 0, `${name} went where the analysis saw no way`);
    return [{ name, bound, measured: seen.cycles_max, times: seen.times }];
  });
}

const before = (seed: number): string =>
  `        movl $data, %ebx\n        movl $${seed}, %edi\n        xorl %eax, %eax\n        movl $7, %edx\n`;

async function randomPrograms(forks: boolean, check: (beside: Beside, seed: number) => void): Promise<number> {
  let checked = 0;
  for (let seed = 0; seed < programs; seed++) {
    const { source, operations } = randomAssembly(randomFrom(seed), { forks, functions });
    const rows = await inFolder(async (folder) =>
      measured(await built(folder, { "caller.S": caller(operations, before(seed * 0x9e3779b)), "random.S": source })),
    );
    assert.is(rows.length, operations.length);
    for (const row of rows) check(row, seed);
    checked += rows.length;
  }
  return checked;
}

test("are equal for random code with one way to go", async () => {
  const checked = await randomPrograms(false, ({ name, bound, measured: cycles }, seed) => {
    assert.is(bound, cycles, `${name} of program ${seed}`);
  });
  assert.is(checked, programs * functions);
});

test("bounds are never below for random code whose jumps depend on data", async () => {
  let exact = 0,
    checked = 0;
  await randomPrograms(true, ({ name, bound, measured: cycles }, seed) => {
    assert.ok(bound >= cycles, `${name} of program ${seed}: bound ${bound}, measured ${cycles}`);
    exact += Number(bound === cycles);
    checked++;
  });
  // Short operations take their worst way now and then: the bounds are not merely large.
  assert.ok(exact > checked / 10, `${exact} of ${checked} are exact`);
});

test("bounds are never below for compiled C, whatever the compiler makes of its loops", async () => {
  for (let seed = 0; seed < programs; seed++) {
    const { source, operations } = randomC(randomFrom(seed), functions);
    const rows = await inFolder(async (folder) =>
      measured(await built(folder, { "caller.S": caller(operations), "random.c": source })),
    );
    assert.is(rows.length, operations.length);
    for (const { name, bound, measured: cycles } of rows) {
      assert.ok(bound >= cycles, `${name} of program ${seed}: bound ${bound}, measured ${cycles}`);
    }
  }
});

test("a bound that is written too small is found by the audit, with the way that was gone", async () => {
  const source = `#include "flow_facts.h"
        .text
        .globl subject
subject:
        wcet_operation WCET_BY_CALL, subject
        movl $9, %ecx
        wcet_mark WCET_KIND_ENTER, 0
1:      wcet_mark WCET_KIND_ITER, 0, 8
        decl %ecx
        jnz 1b
        ret
        .section .note.GNU-stack, "", @progbits
`;
  await inFolder(async (folder) => {
    const program = await built(folder, { "caller.S": caller(["subject"]), "subject.S": source });
    const subject = subjectOf(program.elf, program.path);
    const bounds = await Promise.all(
      subject.operations.map(async (operation) => boundOf(operation, subject, bareTiming)),
    );
    const audit = auditOf(bounds);
    for (const { eip, cycle } of await run(program, bare)) audit.completed(eip, cycle);
    const [violation] = audit.violations;
    assert.is(violation?.name, "subject");
    // One round more: a nop, the count, the jump back.
    assert.is(violation?.observed_cycles, (violation?.bound_cycles ?? 0) + 3);
    assert.is(violation?.path.length, 3 + 9 * 3);
  });
});

/** Calls with one entry, by INT 30h, told apart by EAX. */
const calls = ["add", "scan"] as const;
const system_calls = `#include "flow_facts.h"
        .text
        .globl call_entry
call_entry:
        wcet_operation WCET_BY_SOFTWARE_INTERRUPT, "call add", 0
        wcet_operation WCET_BY_SOFTWARE_INTERRUPT, "call scan", 1
        pushl %ebx
        cmpl $${calls.length}, %eax
        jae 1f
        call *table(,%eax,4)
        popl %ebx
        iret
1:      wcet_mark WCET_KIND_FOREVER
        jmp 1b
call_add:
        addl %edx, %ebx
        movl %ebx, %eax
        ret
call_scan:
        movl $6, %ecx
        wcet_mark WCET_KIND_ENTER, 0
1:      wcet_mark WCET_KIND_ITER, 0, 6
        imull %edx, %ebx
        decl %ecx
        jnz 1b
        ret
        .section .rodata
table:  .long call_add, call_scan
        .section .note.GNU-stack, "", @progbits
`;

/** Gates of the code segment that the boot ROM leaves. */
const gate_30h = `
        .globl set_gate, use_calls
set_gate:
        movl $call_entry, %eax
        movw %ax, gates + 0x180
        movw $0x20, gates + 0x182
        movw $0x8E00, gates + 0x184
        shrl $16, %eax
        movw %ax, gates + 0x186
        lidt register
        ret
use_calls:
        movl $0, %eax
        int $0x30
        movl $1, %eax
        int $0x30
        movl $0, %eax
        int $0x30
        ret
        .data
register: .word 0x187
        .long gates
        .balign 8
gates:  .skip 0x188
        .section .note.GNU-stack, "", @progbits
`;

test("are equal for calls with one entry, each by the number in EAX", async () => {
  await inFolder(async (folder) => {
    const program = await built(folder, {
      "caller.S": caller(["set_gate", "use_calls"], ""),
      "calls.S": system_calls,
      "gate.S": gate_30h,
    });
    const subject = subjectOf(program.elf, program.path);
    const bounds = await Promise.all(
      subject.operations.map(async (operation) => boundOf(operation, subject, bareTiming)),
    );
    const audit = auditOf(bounds);
    for (const { eip, cycle } of await run(program, bare)) audit.completed(eip, cycle);
    assert.equal(audit.violations, []);
    for (const {
      operation: { name },
      bound_cycles,
    } of bounds)
      assert.is(audit.observations.get(name)?.cycles_max, bound_cycles, name);
    assert.is(audit.observations.get("call add")?.times, 2);
  });
});

test.run();
