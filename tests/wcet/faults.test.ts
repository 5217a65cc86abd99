// What keeps a bound from being proven is said by name and place. The place is the line of the program below with the
// arrow.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { boundOf, operationNamed, subjectOf, type Bound } from "../../wcet/analyse.ts";
import { linesOf } from "../../wcet/lines.ts";
import { Problem, type ProblemKind } from "../../wcet/problem.ts";
import { built, caller, inFolder } from "./image.ts";

const test = suite("what has no bound");

async function bound(elf: Uint8Array, path: string): Promise<Bound> {
  const program = subjectOf(elf, path);
  const operation = operationNamed(program, "subject");
  if (operation === undefined) throw new Error("there is no subject");
  return boundOf(operation, program);
}

/** `source` goes into operation `subject`; `arrow`: in front of the instruction that the message must name. */
function fault(name: string, kind: ProblemKind, source: string, rest = ""): void {
  test(name, async () => {
    const text = `#include "flow_facts.h"
        .text
        .globl subject
        .type subject, @function
subject:
${source}
        .size subject, . - subject
${rest}
        .section .note.GNU-stack, "", @progbits
`;
    const line = text.split("\n").findIndex((each) => each.includes("/* <- */")) + 1;
    await inFolder(async (folder) => {
      const { elf, path } = await built(folder, { "caller.S": caller(["subject"]), "subject.S": text });
      const problem = await bound(elf, path).catch((error: unknown) => error);
      assert.ok(problem instanceof Problem, `${String(problem)} for ${kind}`);
      if (!(problem instanceof Problem)) return;
      assert.is(problem.kind, kind);
      const [place = 0] = problem.places;
      assert.is(linesOf(path, [place]).get(place)?.place.replace(/.*:/, ""), String(line));
    });
  });
}

const bounded = (iter: string, body = "nop"): string => `
        movl $5, %ecx
        wcet_mark WCET_KIND_ENTER, 0
1:      ${iter}
        ${body}
        decl %ecx
        jnz 1b`;

fault(
  "a loop whose annotation was removed",
  "loop without a bound",
  `${bounded("")} /* <- */
        ret`,
);

fault(
  "a loop inside one that has a bound",
  "loop without a bound",
  `
        wcet_mark WCET_KIND_ENTER, 0
1:      wcet_mark WCET_KIND_ITER, 0, 5
2:      decl %edx
        jnz 2b /* <- */
        decl %ecx
        jnz 1b
        ret`,
);

fault(
  "a loop that says itself where it is entered",
  "loop without a bound",
  `
1:      wcet_mark WCET_KIND_ENTER, 0
        wcet_mark WCET_KIND_ITER, 0, 5
        decl %ecx
        jnz 1b /* <- */
        ret`,
);

fault(
  "a loop bounded by another one's number",
  "bound of a loop that is never entered",
  `${bounded("wcet_mark WCET_KIND_ITER, 1, 5 /* <- */")}
        ret`,
);

fault(
  "a way into a loop around its entry",
  "bound of a loop that is never entered",
  `
        testl %eax, %eax
        jz 1f
        wcet_mark WCET_KIND_ENTER, 0
1:      wcet_mark WCET_KIND_ITER, 0, 5 /* <- */
        decl %ecx
        jnz 1b
        ret`,
);

fault(
  "a function that calls itself",
  "recursion",
  `
        decl %eax /* <- */
        jz 1f
        call subject
1:      ret`,
);

fault(
  "two functions that call each other",
  "recursion",
  `
        decl %eax /* <- */
        jz 1f
        call other
1:      ret`,
  `
other:  call subject
        ret`,
);

fault(
  "a jump through a register",
  "jump to where the analysis cannot see",
  `
        jmp *%eax /* <- */`,
);

fault(
  "a call through a variable",
  "call to where the analysis cannot see",
  `
        call *pointer /* <- */
        ret`,
  `
        .data
pointer: .long subject
        .text`,
);

fault(
  "a return to an address that was pushed",
  "return to elsewhere",
  `
        call 1f
        ret
1:      pushl $subject
        ret /* <- */`,
);

fault(
  "an opcode that the core does not have",
  "instruction without a time",
  `
        addps %xmm0, %xmm0 /* <- */
        ret`,
);

// An assembler has no line for bytes: they are at the one before.
fault(
  "bytes that are no instruction",
  "instruction without a time",
  `
        testl %eax, %eax
        jz 1f /* <- */
        .byte 0x0F, 0xFF, 0xC0
1:      ret`,
);

fault(
  "a string instruction whose count is not known",
  "repetition without a bound",
  `
        rep stosl /* <- */
        ret`,
);

fault(
  "a software interrupt",
  "software interrupt",
  `
        int $0x30 /* <- */
        ret`,
);

fault(
  "a halt",
  "halt",
  `
        hlt /* <- */
        ret`,
);

fault(
  "a function that never comes back",
  "operation without an end",
  `
1:      wcet_mark WCET_KIND_FOREVER /* <- */
        jmp 1b`,
);

fault(
  "a marker inside an instruction",
  "marker beside the code",
  `
        .byte 0xB8
        wcet_mark WCET_KIND_ENTER, 0 /* <- */
        .byte 0, 0, 0
        ret`,
);

fault(
  "a bound for a string instruction in front of something else",
  "marker beside the code",
  `
        wcet_mark WCET_KIND_REPEAT, 0, 4 /* <- */
        ret`,
);

test("have a bound once they say what was missing", async () => {
  const source = `#include "flow_facts.h"
        .text
        .globl subject
subject:
        ${bounded("wcet_mark WCET_KIND_ITER, 0, 5")}
        wcet_mark WCET_KIND_REPEAT, 0, 4
        rep stosl
        wcet_mark WCET_KIND_TARGETS, targets, 2
        call *pointer
        ret
one:    ret
two:    nop
        ret
        .section .rodata
targets: .long one, two
        .data
pointer: .long one
        .section .note.GNU-stack, "", @progbits
`;
  await inFolder(async (folder) => {
    const { elf, path } = await built(folder, { "caller.S": caller(["subject"]), "subject.S": source });
    const { bound_cycles, path_cycles, worst_path } = await bound(elf, path);
    assert.is(bound_cycles, path_cycles);
    assert.equal(Math.max(...worst_path.map(({ times }) => times)), 5);
  });
});

test.run();
