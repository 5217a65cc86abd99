// How exceptions are reported, and what becomes of the task that raised one.

import * as assert from "uvu/assert";

import { type Claim, endsWith, request, startsWith } from "./claim.ts";

type Options = Pick<Claim, "needs">;
const misbehaving = (name: string, holds: Claim["holds"], options: Options = {}): Claim =>
  ({ name, system: "assist", from: "ready", holds, ...options });

/** Every exception that is a task's own: vector, title, error code as the report shows it for the code 0. */
const exceptions: readonly (readonly [vector: number, title: string, error: string])[] = [
  [0, "#DE (divide error)", "none"],
  [1, "#DB (debug)", "none"],
  [3, "#BP (breakpoint)", "none"],
  [4, "#OF (overflow)", "none"],
  [5, "#BR (bound range exceeded)", "none"],
  [6, "#UD (invalid opcode)", "none"],
  [7, "#NM (no coprocessor)", "none"],
  [9, "#CS (coprocessor segment overrun)", "none"],
  [10, "#TS (invalid TSS)", "00000000"],
  [11, "#NP (segment not present)", "00000000"],
  [12, "#SS (stack fault)", "00000000"],
  [13, "#GP (general protection)", "00000000"],
  [14, "#PF (page fault)", "00000000 (not present, read, supervisor)"],
  [15, "#15 (reserved)", "none"],
  [16, "#MF (coprocessor error)", "none"],
  [17, "#AC (alignment check)", "00000000"],
  [19, "#XM (SIMD floating point)", "none"],
  [20, "#VE (virtualisation)", "none"],
  [21, "#CP (control protection)", "00000000"],
  [22, "#22 (reserved)", "none"],
  [23, "#23 (reserved)", "none"],
  [24, "#24 (reserved)", "none"],
  [25, "#25 (reserved)", "none"],
  [26, "#26 (reserved)", "none"],
  [27, "#27 (reserved)", "none"],
  [28, "#HV (hypervisor injection)", "none"],
  [29, "#VC (VMM communication)", "00000000"],
  [30, "#SX (security)", "00000000"],
  [31, "#31 (reserved)", "none"],
];

/** The requests `@` to `_` of assist/misbehave.h. */
const delivering = (vector: number): string => String.fromCharCode(0x40 + vector);

const halting = (vector: number, title: string): Claim =>
  misbehaving(`${title} halts the machine, whoever was running`, async (line) => {
    line.type(delivering(vector));
    const text = await line.waitFor("*** Halted.\r\n");
    startsWith(text, `\r\n*** Exception ${vector} ${title} in the kernel\r\n`);
  });

/** Raised by the processor, not made by hand. */
const raised = (name: string, byte: string, title: string, error: string): Claim =>
  misbehaving(`${name} is reported as ${title.split(" ")[1]}`, async (line) => {
    const [, head, state] = await request(line, byte);
    startsWith(head, `*** Exception ${title} (`);
    endsWith(state, `  error ${error}`);
  });

export const exceptionClaims: readonly Claim[] = [
  misbehaving("every exception of a task is reported by number, name and error code", async (line) => {
    for (const [vector, title, error] of exceptions) {
      const [, head, state = "", ...rest] = await request(line, delivering(vector));
      assert.is(head, `*** Exception ${vector} ${title} in misbehave`);
      assert.is(state.slice(state.indexOf("error ")), `error ${error}`);
      assert.is(rest.some((text) => text.startsWith("  cr2 ")), vector === 14, `${title}: cr2`);
      assert.is(rest.at(-1), "*** Task misbehave is restarted.");
    }
  }),
  halting(2, "NMI (non-maskable interrupt)"),
  halting(8, "#DF (double fault)"),
  halting(18, "#MC (machine check)"),

  misbehaving("the report shows the registers as they were", async (line) => {
    const lines = await request(line, "u");
    // RF is set in the flags that a fault pushes (Intel SDM, volume 3, 17.3.1.1); QEMU leaves it out.
    assert.match(lines[2]?.slice(14) ?? "", /^ {2}cs 0008 {2}eflags 000[01]0247 {2}error none$/);
    assert.is(lines[3], "  eax 11111111  ebx 22222222  ecx 33333333  edx 44444444");
    assert.is(lines[4], "  esi 55555555  edi 66666666  ebp 77777777  esp 00030000");
    startsWith(lines[5], "  code 0F 0B");
  }),

  raised("a division by zero", "d", "0 #DE", "none"),
  raised("a breakpoint", "b", "3 #BP", "none"),
  raised("INTO after an overflow", "o", "4 #OF", "none"),
  raised("BOUND out of range", "r", "5 #BR", "none"),
  raised("a selector behind the descriptor table", "s", "13 #GP", "00000028 (GDT entry 5)"),
  raised("an interrupt behind the interrupt table", "i", "13 #GP", "00000402 (vector 128)"),
  misbehaving("a page fault is reported with its address", async (line) => {
    const lines = await request(line, "p");
    assert.is(lines[1], "*** Exception 14 #PF (page fault) in misbehave");
    endsWith(lines[2], "  error 00000000 (not present, read, supervisor)");
    assert.is(lines[5], "  cr2 00812344");
  }, { needs: "paging" }),

  misbehaving("a task without restart is stopped by its fault, and the others go on", async (line) => {
    assert.equal(await request(line, "v"), ["victim is ready, faults 0"]);
    await line.waitFor("*** Exception 6 #UD (invalid opcode) in victim\r\n");
    await line.waitFor("*** Task victim is stopped.\r\n");
    assert.equal(await request(line, "w"), ["victim is stopped, faults 1"]);
  }),
  misbehaving("an interrupt that nobody handles is named, and the task goes on", async (line) => {
    assert.equal(await request(line, "n"), ["", "*** Interrupt 25h has no handler"]);
  }),
  misbehaving("an exception with interrupts off is the kernel's own and halts the machine", async (line) => {
    line.type("k");
    startsWith(await line.waitFor("*** Halted.\r\n"), "\r\n*** Exception 6 #UD (invalid opcode) in the kernel\r\n");
  }),
];
