// What the same instructions take on the Intel486, from the clock count summary of its data book: Intel486
// Microprocessor data sheet, order number 240440, table 10.1, all accesses hitting the cache. Where forms or editions
// differ the smaller number stands here. Tasks, gates and inner rings are left out: the core's rows are those within
// one privilege level.

import type { TableRow } from "./table.ts";

/** `each` for every round (REP's count, ENTER's level) on top of `fixed`; `once` for a single round, where it differs. */
export type Count =
  | number
  | { readonly from: number; readonly to: number }
  | { readonly fixed: number; readonly each: number; readonly once?: number };

interface Entry {
  /** Of rows of the instruction table. */
  readonly names: RegExp;
  readonly form?: "register" | "memory";
  readonly operand_bits?: 16 | 32;
  /** Words of a way's condition that must be there. */
  readonly when?: string;
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
  Object.entries(counts).map(([when, clocks]) => ({ names, when, clocks }));

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
  ...cases(/^ENTER$/, { "level 0": 14, "level not 0": rounds(17, 3, 17) }),
  ...always(/^LEAVE$/, 5),

  ...always(/^PUSH [C-GS]S$|^PUSH ES$/, 3),
  ...cases(/^POP [C-GS]S$|^MOV [C-GS]S, r\/m16$/, { "real mode": 3, "selector not null": 9, "null selector": 9 }),
  ...always(/^MOV (r|m16), [C-GS]S$/, 3),
  ...cases(/^L[DEFGS]S r, m$/, { "real mode": 6, "selector not null": 12, "null selector": 12 }),

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
  ...cases(/^JMP ptr16:32$/, { "real mode": 17, "protected mode": 19 }),
  ...cases(/^CALL ptr16:32$/, { "real mode": 18, "protected mode": 20 }),
  ...cases(/^RETF$/, { "real mode": 13, "protected mode": 17 }),
  ...cases(/^IRET$/, { "real mode": 15, "protected mode": 20 }),
  ...always(/^BOUND r, m$/, 7),
  ...cases(/^(INT3|INT imm8)$/, { "real mode": 26, "protected mode": 44 }),
  ...cases(/^INTO$/, { "no overflow": 3, "real mode": 28, "protected mode": 46 }),
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

  ...always(/^IN eAX, imm8$/, 9),
  ...always(/^IN eAX, DX$/, 8),
  ...always(/^OUT imm8, eAX$/, 11),
  ...always(/^OUT DX, eAX$/, 10),
  ...always(/^S[GI]DT m$/, 10),
  ...always(/^L[GI]DT m$/, 11),
  ...always(/^MOV r, CRn$/, 4),
  ...always(/^MOV CRn, r$/, 4),
];

/** Instructions that the 486 does not have. */
const later = /^(CMOVcc r, r\/m|CMPXCHG8B m64|NOP r\/m|LFENCE, MFENCE, SFENCE)$/;

/** The 486's count; "later" if it has no such instruction, undefined if no count is known here. */
export function intel486Clocks(
  { name, form, operand_bits }: Pick<TableRow, "name" | "form" | "operand_bits">, when: readonly string[],
): Count | "later" | undefined {
  if (later.test(name)) return "later";
  return entries.find((entry) => entry.names.test(name)
    && (entry.form === undefined || form === null || entry.form === form)
    && (entry.operand_bits === undefined || entry.operand_bits === operand_bits)
    && (entry.when === undefined || when.includes(entry.when)))?.clocks;
}
