// What the same instructions take on the Intel486, as in the clock count summary of its data book: Intel486
// Microprocessor data sheet, order number 240440, table 10.1, all accesses hitting the cache. Where forms or modes that
// are one row here differ, the smaller number stands.
//
// Compared with two tables made from Intel's: HelpPC 2.10 (David Jurgens, 1991), which has the Intel486's clocks for each
// instruction but REP and XADD, and PCem's of transfers and interrupts (src/cpu/cpu.c, CPU_i486DX). PCem has the same
// numbers; HelpPC has others for AND and TEST with memory (1), BT with memory (6 and 12), XCHG with memory (3), SETcc to
// memory (4), POP (4 and 6), LOOP (6 and 2), IN from a fixed port (8), JMP ptr16:32 (13, 18, 31: its row for memory),
// RETF (18 and 33; with imm16 17 and 33), IRET within a level (15), and MOV to and from debug registers (11 and 10).
// IRET to virtual-8086 mode and MOV to CR0 are HelpPC's.

import type { TableRow } from "./table.ts";
import type { NewTask, TaskSwitch } from "./tasks.ts";

/**
 * `each` for every round (REP's count, ENTER's level, a gate's parameters) on top of `fixed`; `none` and `once` for no
 * round and a single one, where they differ.
 */
export type Count =
  | number
  | { readonly from: number; readonly to: number }
  | { readonly fixed: number; readonly each: number; readonly none?: number; readonly once?: number };

interface Entry {
  /** Of rows of the instruction table. */
  readonly names: RegExp;
  readonly form?: "register" | "memory";
  readonly operand_bits?: 16 | 32;
  /** Words of a way's condition that must be there. */
  readonly when?: readonly string[];
  readonly clocks: Count;
}

const range = (from: number, to: number): Count => ({ from, to });
const rounds = (fixed: number, each: number, once?: number): Count =>
  ({ fixed, each, ...(once === undefined ? {} : { once }) });

const both = (names: RegExp, register: Count, memory: Count): Entry[] => [
  { names, form: "register", clocks: register },
  { names, form: "memory", clocks: memory },
];
const always = (names: RegExp, clocks: Count): Entry[] => [{ names, clocks }];
const cases = (names: RegExp, counts: Readonly<Record<string, Count>>): Entry[] =>
  Object.entries(counts).map(([when, clocks]) => ({ names, when: when.split(", "), clocks }));

/** The first that fits counts. */
const entries: readonly Entry[] = [
  ...both(/^CMP r\/m|^CMP r, /, 1, 2),
  ...both(/^(ADD|OR|ADC|SBB|AND|SUB|XOR) r, r\/m$/, 1, 2),
  ...both(/^(ADD|OR|ADC|SBB|AND|SUB|XOR) r\/m/, 1, 3),
  ...always(/^(ADD|OR|ADC|SBB|AND|SUB|XOR|CMP|TEST) eAX, imm$/, 1),
  ...both(/^TEST r\/m/, 1, 2),
  ...both(/^(INC|DEC|NOT|NEG) r\/m$/, 1, 3),
  ...always(/^(INC|DEC) r$/, 1),
  ...both(/^RC[LR] r\/m, 1$/, 3, 4),
  ...both(/^RC[LR] r\/m/, range(8, 30), range(9, 31)),
  ...both(/^(ROL|ROR|SHL|SHR|SAL|SAR) r\/m, imm8$/, 2, 4),
  ...both(/^(ROL|ROR|SHL|SHR|SAL|SAR) r\/m/, 3, 4),
  ...both(/^SH[LR]D r\/m, r, imm8$/, 2, 3),
  ...both(/^SH[LR]D r\/m, r, CL$/, 3, 4),
  ...both(/^BSF r, r\/m$/, range(6, 42), range(7, 43)),
  ...both(/^BSR r, r\/m$/, range(6, 103), range(7, 104)),
  ...both(/^BT r\/m, imm8$/, 3, 3),
  ...both(/^BT[SRC] r\/m, imm8$/, 6, 8),
  ...both(/^BT [rm], r$/, 3, 8),
  ...both(/^BT[SRC] [rm], r$/, 6, 13),

  ...always(/^PUSH r$/, 1),
  ...always(/^PUSH imm8?$/, 1),
  ...always(/^PUSH m$/, 4),
  ...always(/^POP r$/, 1),
  ...always(/^POP m$/, 5),
  ...always(/^PUSHA$/, 11),
  ...always(/^POPA$/, 9),
  ...always(/^PUSHF$/, 3),
  ...always(/^POPF$/, 6),
  // Rounds are levels above the first.
  ...cases(/^ENTER$/, { "level 0": 14, "level 1": 17, "level above 1": rounds(20, 3) }),
  ...always(/^LEAVE$/, 5),

  ...always(/^PUSH [C-GS]S$|^PUSH ES$/, 3),
  ...cases(/^POP [C-GS]S$|^MOV [C-GS]S, r\/m16$/, { "real mode": 3, "protected mode": 9 }),
  ...always(/^MOV (r|m16), [C-GS]S$/, 3),
  ...cases(/^L[DEFGS]S r, m$/, { "real mode": 6, "protected mode": 12 }),

  ...always(/^MOV (r\/m, r|r, r\/m|r\/m, imm|r8, imm8|r, imm|eAX, moffs|moffs, eAX)$/, 1),
  ...always(/^LEA r, m$/, 1),
  ...always(/^NOP$/, 1),
  ...always(/^XCHG eAX, r$/, 3),
  ...both(/^XCHG r\/m, r$/, 3, 5),
  ...always(/^(CBW|CWD)$/, 3),
  ...always(/^XLAT$/, 4),
  ...always(/^BSWAP r$/, 1),
  ...both(/^XADD [rm], r$/, 3, 4),
  ...always(/^CMPXCHG r, r$/, 6),
  ...cases(/^CMPXCHG m, r$/, { "not equal": 10, equal: 7 }),
  ...both(/^MOV[SZ]X r/, 3, 3),
  ...always(/^SETcc [rm]8$/, 3),

  ...both(/^I?MUL r\/m8$|^IMUL r, |^I?MUL r\/m$/, range(13, 42), range(13, 42)),
  ...both(/^DIV r\/m8$/, 16, 16),
  ...both(/^IDIV r\/m8$/, 19, 20),
  { names: /^DIV r\/m$/, operand_bits: 16, clocks: 24 },
  { names: /^DIV r\/m$/, operand_bits: 32, clocks: 40 },
  { names: /^IDIV r\/m$/, operand_bits: 16, form: "register", clocks: 27 },
  { names: /^IDIV r\/m$/, operand_bits: 16, form: "memory", clocks: 28 },
  { names: /^IDIV r\/m$/, operand_bits: 32, form: "register", clocks: 43 },
  { names: /^IDIV r\/m$/, operand_bits: 32, form: "memory", clocks: 44 },
  ...always(/^DA[AS]$/, 2),
  ...always(/^AA[AS]$/, 3),
  ...always(/^AAM imm8$/, 15),
  ...always(/^AAD imm8$/, 14),

  ...cases(/^Jcc rel8?$/, { "not taken": 1, taken: 3 }),
  ...always(/^JMP rel8?$/, 3),
  ...always(/^CALL rel$/, 3),
  ...always(/^RET( imm16)?$/, 5),
  ...cases(/^LOOP rel8$/, { "not taken": 6, taken: 7 }),
  ...cases(/^LOOPN?E rel8$/, { "not taken": 6, taken: 9 }),
  ...cases(/^JCXZ rel8$/, { "not taken": 5, taken: 8 }),
  ...always(/^(CALL [rm]|JMP r\/m)$/, 5),
  ...cases(/^JMP ptr16:32$/, { "real mode": 17, "to a segment": 19, "through a call gate": 32 }),
  ...cases(/^JMP m16:32$/, { "real mode": 13, "to a segment": 18, "through a call gate": 31 }),
  ...cases(/^CALL ptr16:32$/, { "real mode": 18 }),
  ...cases(/^CALL m16:32$/, { "real mode": 17 }),
  ...cases(/^CALL (ptr|m)16:32$/, {
    "to a segment": 20,
    "through a call gate, to the same level": 35,
    "through a call gate, to an inner level, no parameters": 69,
    "through a call gate, to an inner level": rounds(77, 4),
  }),
  ...cases(/^RETF$/, { "real mode": 13, "to the same level": 17, "to an outer level": 35 }),
  ...cases(/^RETF imm16$/, { "real mode": 14, "to the same level": 18, "to an outer level": 36 }),
  ...cases(/^IRET$/, { "real mode": 15, "to the same level": 20, "to an outer level": 36, "to virtual-8086 mode": 15 }),
  ...always(/^BOUND r, m$/, 7),
  ...cases(/^INT3$/, { "real mode": 26, "from virtual-8086 mode": 82, "to an inner level": 71, "to the same level": 44 }),
  ...cases(/^INT imm8$/,
    { "real mode": 30, "from virtual-8086 mode": 86, "to an inner level": 71, "to the same level": 44 }),
  ...cases(/^INTO$/, {
    "no overflow": 3, "real mode": 28, "from virtual-8086 mode": 84, "to an inner level": 73, "to the same level": 46,
  }),
  ...always(/^HLT$/, 4),

  ...always(/^(SAHF|CMC|CLC|STC|CLD|STD)$/, 2),
  ...always(/^LAHF$/, 3),
  ...always(/^(CLI|STI)$/, 5),

  ...always(/^MOVS$/, 7),
  ...always(/^CMPS$/, 8),
  ...always(/^(STOS|LODS)$/, 5),
  ...always(/^SCAS$/, 6),
  ...cases(/^REP MOVS$/, { "count not 0": rounds(12, 3, 13), "count 0": 5 }),
  ...cases(/^REP CMPS$/, { "count not 0": rounds(7, 7), "count 0": 5 }),
  ...cases(/^REP (STOS|LODS)$/, { "count not 0": rounds(7, 4), "count 0": 5 }),
  ...cases(/^REP SCAS$/, { "count not 0": rounds(7, 5), "count 0": 5 }),

  ...cases(/^IN eAX, imm8$/, { "ports free": 9, "ports by bitmap": 27 }),
  ...cases(/^IN eAX, DX$/, { "ports free": 8, "ports by bitmap": 27 }),
  ...cases(/^OUT imm8, eAX$/, { "ports free": 11, "ports by bitmap": 29 }),
  ...cases(/^OUT DX, eAX$/, { "ports free": 10, "ports by bitmap": 29 }),
  ...cases(/^(INS|OUTS)$/, { "ports free": 10, "ports by bitmap": 30 }),
  ...cases(/^REP INS$/, {
    "ports free, count 0": 10, "ports free": rounds(10, 8),
    "ports by bitmap, count 0": 29, "ports by bitmap": rounds(29, 8),
  }),
  ...cases(/^REP OUTS$/, {
    "ports free, count 0": 11, "ports free": rounds(11, 5),
    "ports by bitmap, count 0": 30, "ports by bitmap": rounds(30, 5),
  }),
  ...always(/^S[GI]DT m$/, 10),
  ...always(/^L[GI]DT m$/, 11),
  ...always(/^(SLDT|STR|SMSW) r$/, 2),
  ...always(/^(SLDT|STR|SMSW) m16$/, 3),
  ...always(/^LLDT r\/m16$/, 11),
  ...always(/^LTR r\/m16$/, 20),
  ...always(/^(LAR r, r\/m16|VERR r\/m16|VERW r\/m16)$/, 11),
  ...always(/^LSL r, r\/m16$/, 10),
  ...always(/^ARPL r\/m16, r16$/, 9),
  ...always(/^LMSW r\/m16$/, 13),
  ...always(/^CLTS$/, 7),
  ...always(/^INVD$/, 4),
  ...always(/^WBINVD$/, 5),
  ...always(/^INVLPG m$/, 12),
  ...always(/^MOV r, CRn$/, 4),
  ...always(/^MOV CR0, r$/, 16),
  ...always(/^MOV CR[23], r$/, 4),
  ...always(/^MOV r, DRn$/, 9),
  ...always(/^MOV DRn, r$/, 10),
  ...always(/^WAIT$/, range(1, 3)),
];

/** Instructions that the 486 does not have. */
const later =
  /^(CMOVcc r, r\/m|CMPXCHG8B m64|NOP r\/m|LFENCE, MFENCE, SFENCE|CPUID|RD(TSC|MSR|PMC)|WRMSR|SYSE(NTER|XIT)|MOV CR4, r)$/;
/** Instructions that no table has: those of a coprocessor that is not there, and what Intel did not document. */
const unpublished = /^(ESC [rm]|INT1|SALC)$/;

/** Clocks of a task switch by the kind of the new task, on top of what the instruction takes (table 10.1, note). */
export const taskSwitchClocks486: Readonly<Record<NewTask, number>> = {
  "386 task": 199,
  "386 task in virtual-8086 mode": 177,
  "286 task": 180,
};

/** What comes on top, through a TSS; a task gate takes one more. */
const switching: readonly (readonly [RegExp, number])[] = [
  [/^JMP ptr16:32$/, 42], [/^JMP m16:32$/, 41], [/^CALL /, 37], [/^IRET$/, 32], [/^exception or interrupt$/, 37],
];

export const taskSwitch486 = ({ by, to }: Pick<TaskSwitch, "by" | "to">): number | undefined => {
  const besides = switching.find(([name]) => name.test(by))?.[1];
  return besides === undefined ? undefined : taskSwitchClocks486[to] + besides;
};

/** The 486's count; "later" if it has no such instruction, undefined if no count is known here. */
export function intel486Clocks(
  { name, form, operand_bits }: Pick<TableRow, "name" | "form" | "operand_bits">, when: readonly string[],
): Count | "later" | "unpublished" | undefined {
  if (later.test(name)) return "later";
  if (unpublished.test(name)) return "unpublished";
  return entries.find((entry) => entry.names.test(name)
    && (entry.form === undefined || form === null || entry.form === form)
    && (entry.operand_bits === undefined || entry.operand_bits === operand_bits)
    && (entry.when ?? []).every((words) => when.includes(words)))?.clocks;
}
