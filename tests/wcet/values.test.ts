// What the analysis knows of registers and stack is what they hold: random code on the core, and beside it the states
// that the expansion has found. A constant must be the register's value, a place on the stack its address.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { subjectOf } from "../../wcet/analyse.ts";
import { expand } from "../../wcet/expand.ts";
import { buildBare } from "../cpu/bare/build.ts";
import { cpuVerilog } from "../cpu/bare/verilog.ts";
import { randomFrom, type Random } from "../cpu/random.ts";
import { built, caller, inFolder, stack_top, wordsAfter } from "./image.ts";

const test = suite("known values and the core");
const bare = await buildBare(cpuVerilog());
const all = process.env["ATOMICOS_TEST_ALL"] === "1";
const programs = all ? 400 : 16;
const instructions = 14;

const registers = ["eax", "ecx", "edx", "ebx", "esi", "edi", "ebp"] as const;
const low = ["al", "cl", "dl", "bl"] as const;
const conditions = ["e", "ne", "b", "ae", "be", "a", "s", "ns", "l", "ge", "le", "g", "o", "p"] as const;
/** Words of the frame that the code may use. */
const slots = 8;

function instruction(random: Random, label: number): string {
  const register = (): string => `%${random.pick(registers)}`;
  const slot = (): string => `${4 * random.below(slots)}(%esp)`;
  const immediate = (): string => `$${random.pick([random.below(8), random.operand(32) | 0, -random.below(100)])}`;
  const source = (): string => random.pick([register, register, immediate, slot])();
  const [a, b] = [register(), register()];
  switch (random.below(22)) {
    case 0:
    case 1:
      return `movl ${immediate()}, ${a}`;
    case 2:
      return `movl ${a}, ${slot()}`;
    case 3:
      return `movl ${slot()}, ${a}`;
    case 4:
      return `leal ${random.below(64)}(${a},${b},${random.pick([1, 2, 4, 8])}), ${register()}`;
    case 5:
    case 6:
      return `${random.pick(["addl", "subl", "andl", "orl", "xorl"])} ${source()}, ${a}`;
    case 7:
      return `${random.pick(["addl", "subl", "andl", "orl", "xorl"])} ${random.pick([a, immediate()])}, ${slot()}`;
    case 8:
      return `${random.pick(["shll", "shrl", "sarl"])} $${random.below(32)}, ${a}`;
    case 9:
      return `${random.pick(["incl", "decl", "negl", "notl"])} ${random.pick([a, slot()])}`;
    case 10:
      return `movb $${random.below(256)}, %${random.pick(low)}`;
    case 11:
      return `movb %${random.pick(low)}, ${4 * random.below(slots) + random.below(4)}(%esp)`;
    case 12:
      return `xchgl ${a}, ${random.pick([b, slot()])}`;
    case 13:
      return `pushl ${source()}\n popl ${register()}`;
    case 14:
      return `pusha\n movl ${immediate()}, ${a}\n popa`;
    case 15:
      return `movz${random.pick(["bl", "wl"])} ${slot()}, ${a}`;
    case 16:
      return `imull ${a}, ${b}`;
    case 17:
      return `leal ${4 * random.below(slots)}(%esp), ${a}\n movl ${b === a ? "$1" : b}, (${a})`;
    case 18:
      return `pushl ${source()}\n call helper\n popl ${register()}`;
    case 19:
      return `enter $8, $0\n movl ${immediate()}, -4(%ebp)\n leave`;
    // A jump whose condition may be known: what is jumped over must then not count.
    default:
      return (
        `${random.pick(["cmpl", "cmpl", "testl"])} ${random.pick([immediate(), b])}, ${a}\n` +
        ` j${random.pick(conditions)} ${label}f\n movl ${immediate()}, ${register()}\n movl ${register()}, ${slot()}\n${label}:`
      );
  }
}

const stored = registers.length + 1;
/** At the operation's entry, under an argument and the return address. */
const first_esp = stack_top - 8;

function program(random: Random): string {
  const code = Array.from({ length: instructions }, (_, index) => ` ${instruction(random, index + 1)}\n`).join("");
  return `#include "flow_facts.h"
        .text
        .globl subject
subject:
        wcet_operation WCET_BY_CALL, subject
        pushl $11
        pushl $12
        subl $${4 * slots}, %esp
${registers.map((register, index) => ` movl $${index + 3}, %${register}\n`).join("")}${code}
        .globl known
known:  movl %eax, result
${registers.map((register, index) => ` movl %${register}, result + ${4 * index}\n`).join("")}
        movl %esp, result + ${4 * registers.length}
        addl $${4 * slots + 8}, %esp
        ret
helper: movl 4(%esp), %edx
        incl %edx
        cmpl $5, 4(%esp)
        jne 1f
        movl $77, %ecx
1:      ret
        .data
        .globl result
result: .skip ${4 * stored}
        .section .note.GNU-stack, "", @progbits
`;
}

test("are what the registers hold, after random code", async () => {
  let constants = 0,
    places = 0;
  for (let seed = 0; seed < programs; seed++) {
    await inFolder(async (folder) => {
      const image = await built(folder, { "caller.S": caller(["subject"]), "subject.S": program(randomFrom(seed)) });
      const subject = subjectOf(image.elf, image.path);
      const symbol = (name: string): number => subject.elf.symbols.find((each) => each.name === name)?.address ?? 0;
      const [operation] = subject.operations;
      if (operation === undefined) throw new Error("no operation");
      const { nodes } = expand(operation, subject.program);
      const known = nodes.find(({ instruction: { address } }) => address === symbol("known"))?.state;
      assert.ok(known !== undefined);
      const values = await wordsAfter(image, bare, symbol("result"), stored);
      // The registers' numbers on the core.
      [0, 1, 2, 3, 6, 7, 5, 4].forEach((number, index) => {
        const value = known?.registers[number];
        const actual = values[index] ?? 0;
        if (value?.kind === "constant") {
          constants++;
          assert.is(actual, value.value, `register ${number} of program ${seed}`);
        }
        if (value?.kind === "stack") {
          places++;
          assert.is(actual, (first_esp + value.offset) | 0, `register ${number} of program ${seed}`);
        }
      });
    });
  }
  assert.ok(
    constants > programs && places > 0,
    `${constants} constants and ${places} places in ${programs} programs`,
  );
});

test.run();
