// How exceptions are reported, what becomes of the task that raised one, and that a task can do no more than its own harm.

import * as assert from "uvu/assert";

import { refusals } from "../../kernel/system-calls.ts";
import { type Claim, endsWith, request, startsWith } from "./claim.ts";

const misbehaving = (name: string, holds: Claim["holds"]): Claim =>
  ({ name, system: "assist", from: "ready", holds });

const raised = (name: string, byte: string, title: string, error: string): Claim =>
  misbehaving(`${name} is reported as ${title.split(" ")[1]}`, async (line) => {
    const [, head, state, ...rest] = await request(line, byte);
    startsWith(head, `*** Exception ${title} (`);
    endsWith(head, " in misbehave");
    endsWith(state, `  error ${error}`);
    assert.is(rest.at(-1), "*** Task misbehave is restarted.");
  });

const forbidden = (name: string, byte: string): Claim =>
  raised(`a task that ${name}`, byte, "13 #GP", "00000000");

/** What a refused call answers. */
const refused = (name: keyof typeof refusals): string => `-${Object.keys(refusals).indexOf(name) + 1}`;

export const exceptionClaims: readonly Claim[] = [
  misbehaving("the report shows the registers as they were", async (line) => {
    const lines = await request(line, "u");
    // RF is set in the flags that a fault pushes (Intel SDM, volume 3, 17.3.1.1); QEMU leaves it out.
    assert.match(lines[2]?.slice(14) ?? "", /^ {2}cs 001B {2}eflags 000[01]0247 {2}error none$/);
    assert.is(lines[3], "  eax 11111111  ebx 22222222  ecx 33333333  edx 44444444");
    assert.is(lines[4], "  esi 55555555  edi 66666666  ebp 77777777  esp 00030000");
    startsWith(lines[5], "  code 0F 0B");
  }),

  raised("a division by zero", "d", "0 #DE", "none"),
  raised("a single step", "t", "1 #DB", "none"),
  raised("a breakpoint", "b", "3 #BP", "none"),
  raised("INTO after an overflow", "o", "4 #OF", "none"),
  raised("BOUND out of range", "r", "5 #BR", "none"),
  raised("a selector behind the descriptor table", "s", "13 #GP", "00000038 (GDT entry 7)"),
  raised("an interrupt behind the interrupt table", "i", "13 #GP", "00000482 (vector 144)"),
  raised("an interrupt of the machine's, made by a task,", "n", "13 #GP", "0000012A (vector 37)"),
  raised("a double fault made by a task", "e", "13 #GP", "00000042 (vector 8)"),
  forbidden("turns interrupts off", "c"),
  forbidden("halts the processor", "h"),
  forbidden("reads a control register", "m"),
  forbidden("uses a port of others", "x"),

  misbehaving("a call without data segments is to be asked again, and the task has its segments back", async (line) => {
    assert.equal(await request(line, "z"), [`time ${refused("AGAIN")}`]);
  }),
  misbehaving("a task that single-steps into a call gets its answer", async (line) => {
    assert.equal(await request(line, "y"), ["budget 0"]);
  }),
  misbehaving("a call that there is not, a slot, a kind or a right that the task has not got: each is refused", async (line) => {
    assert.equal(await request(line, "q"), [
      `sysenter ${refused("BAD_CALL")}`, `sysenter ${refused("BAD_CALL")}`, `int ${refused("BAD_CALL")}`,
      `slot ${refused("BAD_SLOT")}`, `type ${refused("BAD_TYPE")}`, `right ${refused("NOT_ALLOWED")}`,
    ]);
  }),

  misbehaving("a task without restart is stopped by its fault, and the others go on", async (line) => {
    assert.equal(await request(line, "v"), ["victim is ready, faults 0"]);
    await line.waitFor("*** Exception 6 #UD (invalid opcode) in victim\r\n");
    await line.waitFor("*** Task victim is stopped.\r\n");
    assert.equal(await request(line, "w"), ["victim is stopped, faults 1"]);
  }),
];
