// Where an Intel386 or 486 does, by its manual, otherwise than the 80286 whose states were captured. Each entry says
// which cases it is about, why, and what is expected of them instead; nothing is merely left out.
import { unused_byte } from "./core.ts";
import type { Decoded } from "./instruction.ts";
import { physical, type Case, type Registers, type State } from "./states.ts";

export interface Difference {
  readonly name: string;
  readonly reason: string;
  appliesTo(test: Case, instruction: Decoded, form: string): boolean;
  /** What later processors make of the case, if it is `after` by the entries before this one; `undefined`: unknown. */
  expected(test: Case, after: State, instruction: Decoded, form: string): State | undefined;
}

const vector = { undefinedOpcode: 6, stackFault: 12, segmentOverrun: 13 } as const;
const interrupt_and_trap_flags = 0x300;
const flags_reserved_one = 0x002;
const flags_of_80286 = 0xfff; // in real mode
/** IOPL and NT. */
const flags_since_386 = 0x7000;

/** Word strings: which of the two pointers they have. */
const wordStrings: Readonly<Record<string, readonly ("si" | "di")[]>> = {
  "6D": ["di"], "6F": ["si"], A5: ["si", "di"], A7: ["si", "di"], AB: ["di"], AD: ["si"], AF: ["di"],
};

export const differences: readonly Difference[] = [
  {
    name: "word string that overruns the segment",
    reason: "the 80286 raises exception 13 with SI, DI and CX moved on; later ones leave them so that it can be restarted",
    appliesTo: (test, _instruction, form) => form in wordStrings && raised(test, vector.segmentOverrun),
    expected: (test, after, { repeats }, form) => ({
      ...after,
      registers: { ...after.registers, ...whereItOverruns(test.before.registers, wordStrings[form] ?? [], repeats) },
    }),
  },
  {
    name: "overrun of SS",
    reason: "the 80286 in real mode raises exception 13 for any segment, later ones 12 for SS (386 manual, 14.7)",
    appliesTo: (test, { bytes, memory_in_stack_segment, stack_bytes }, form) => {
      const { sp, bp } = test.before.registers;
      const overruns = form === "C9" ? crossesEnd(bp, 2) : crossesEnd(sp, stack_bytes);
      // OUTSW reads the segment that its prefix names.
      const reads_stack_segment = form === "6F" && bytes.subarray(0, bytes.indexOf(0x6f)).includes(0x36);
      return (memory_in_stack_segment || overruns || reads_stack_segment) && raised(test, vector.segmentOverrun);
    },
    expected: (test, after) => ({
      ...after,
      registers: { ...after.registers, ...handlerOf(test, vector.stackFault) },
    }),
  },
  {
    name: "IOPL and NT in real mode",
    reason: "POPF and IRET in real mode leave FLAGS bits 12 to 14 at 0 on the 80286, and load them on later ones",
    appliesTo: (test, _instruction, form) => (form === "9D" || form === "CF") && !raised(test, vector.segmentOverrun),
    expected: ({ before }, after, _instruction, form) => {
      const { ss, sp } = before.registers;
      const popped = wordAt(before, physical(ss, form === "9D" ? sp : sp + 4));
      return { ...after, registers: { ...after.registers, flags: after.registers.flags | (popped & flags_since_386) } };
    },
  },
  {
    name: "more than 10 bytes",
    reason: "the 80286 raises exception 13 for an instruction of more than 10 bytes, later ones for more than 15",
    appliesTo: (test, { bytes }) => bytes.length > 10 && raised(test, vector.segmentOverrun),
    expected: () => undefined,
  },
  {
    name: "FS and GS",
    reason: "the 80286 has no such registers, and raises #UD where they are moved",
    appliesTo: (test, { moves_fs_or_gs }) => moves_fs_or_gs && raised(test, vector.undefinedOpcode),
    expected: () => undefined,
  },
  {
    name: "LOCK before what cannot be locked",
    reason: "the 80286 locks the bus whatever the instruction; later ones raise #UD (SDM 2, LOCK)",
    appliesTo: (_test, { badly_locked }) => badly_locked,
    expected: (test) => raising(test, vector.undefinedOpcode),
  },
];

const wordAt = ({ memory }: State, address: number): number =>
  (memory.get(address) ?? unused_byte) | ((memory.get(address + 1) ?? unused_byte) << 8);

/** Where a vector leads, behind the HLT that is there. */
const handlerOf = ({ before }: Case, number: number): Pick<Registers, "cs" | "ip"> => ({
  cs: wordAt(before, 4 * number + 2),
  ip: (wordAt(before, 4 * number) + 1) & 0xffff,
});

/** Whether the 80286 ended in this vector's handler; it has read the vector only then. */
const raised = (test: Case, number: number): boolean => {
  const { cs, ip } = handlerOf(test, number);
  return test.before.memory.has(4 * number) && test.after.registers.cs === cs && test.after.registers.ip === ip;
};

/** Whether one of the words between two stack pointers lies at offset FFFFh. */
const crossesEnd = (sp: number, stack_bytes: number): boolean =>
  sp % 2 === 1 && (stack_bytes < 0 ? sp + stack_bytes < 0 : sp + stack_bytes > 0x10000);

/** The instruction does nothing but raise an exception. */
function raising(test: Case, number: number): State {
  const { before } = test;
  const { cs, ip, ss, sp } = before.registers;
  const flags = (before.registers.flags & flags_of_80286) | flags_reserved_one;
  const memory = new Map<number, number>();
  [flags, cs, ip].forEach((word, i) => {
    const address = physical(ss, sp - 2 * (i + 1));
    memory.set(address, word & 0xff).set(address + 1, word >> 8);
  });
  const registers = {
    ...before.registers,
    ...handlerOf(test, number),
    sp: (sp - 6) & 0xffff,
    flags: flags & ~interrupt_and_trap_flags,
  };
  return { registers, memory };
}

/** The registers of a string instruction before the element that has a word at offset FFFFh. */
function whereItOverruns(
  { si, di, cx, flags }: Registers, pointers: readonly ("si" | "di")[], repeats: boolean,
): Pick<Registers, "si" | "di" | "cx"> {
  const step = (flags & 0x400) === 0 ? 2 : -2;
  const at = { si, di, cx };
  if (!repeats) return at;
  while (pointers.every((name) => at[name] !== 0xffff)) {
    for (const name of pointers) at[name] = (at[name] + step) & 0xffff;
    at.cx = (at.cx - 1) & 0xffff;
  }
  return at;
}
