// What the manuals say of segments, one line a claim: code, the state it needs, and how it must end. The local
// descriptors are those of handwritten.ts; selectors are 8 × index + 7 there.
import type { State } from "./handwritten.ts";

/** `ends`: the vector, with the error code behind a colon where there is one; "runs" up to its end without a fault. */
export type Claim = {
  says: string;
  code: string;
  ends: string;
  state?: State;
  /** What registers hold at the end. */
  registers?: Readonly<Record<number, number>>;
  /** ZF at the end. */
  zero?: boolean;
};

const ax = (selector: number): State => ({ registers: { 0: selector } });
const with16 = (state: State = {}): State => ({ ...state, bits: 16 });

const limits: readonly Claim[] = [
  { says: "the last doubleword is inside", code: "a1 fc 0f 00 00", ends: "runs" },
  { says: "one that reaches over the limit by a byte is not", code: "a1 fd 0f 00 00", ends: "13:0" },
  { says: "a byte at the limit is inside", code: "a0 ff 0f 00 00", ends: "runs" },
  { says: "a byte behind it is not", code: "a0 00 10 00 00", ends: "13:0" },
  { says: "a word that wraps at 4 GB is not", code: "66 a1 ff ff ff ff", ends: "13:0" },
  {
    says: "through the stack segment it is a stack fault",
    code: "8b 45 00",
    ends: "12:0",
    state: { registers: { 5: 0x800 } },
  },
  { says: "a push below 0 too", code: "50", ends: "12:0", state: { registers: { 4: 0 } } },
  { says: "a pop at the limit too", code: "58", ends: "12:0", state: { registers: { 4: 0x7fd } } },
  { says: "a segment prefix decides which", code: "3e 8b 45 00", ends: "13:0", state: { registers: { 5: 0x1000 } } },
  { says: "read-only data can be read", code: "a1 00 00 00 00", ends: "runs", state: { selectors: { ds: 0x37 } } },
  { says: "and not written", code: "a3 00 00 00 00", ends: "13:0", state: { selectors: { ds: 0x37 } } },
  { says: "code can be read", code: "2e a1 00 00 00 00", ends: "runs" },
  { says: "and not written", code: "2e a3 00 00 00 00", ends: "13:0" },
  {
    says: "execute-only code cannot be read",
    code: "2e a1 00 00 00 00",
    ends: "13:0",
    state: { selectors: { cs: 0x17 } },
  },
  { says: "a null segment can be held, not used", code: "64 a0 00 00 00 00", ends: "13:0" },
  { says: "expand-down: below is outside", code: "a0 ff ef ff ff", ends: "13:0", state: { selectors: { ds: 0x3f } } },
  { says: "above is inside", code: "a0 00 f0 ff ff", ends: "runs", state: { selectors: { ds: 0x3f } } },
  { says: "of 16 bits: above its limit", code: "a0 00 f0 00 00", ends: "runs", state: { selectors: { ds: 0x47 } } },
  { says: "up to FFFFh", code: "a1 fc ff 00 00", ends: "runs", state: { selectors: { ds: 0x47 } } },
  { says: "and not further", code: "a1 fd ff 00 00", ends: "13:0", state: { selectors: { ds: 0x47 } } },
  {
    says: "with the highest limit nothing is inside",
    code: "a0 ff ff ff ff",
    ends: "13:0",
    state: { selectors: { ds: 0x77 } },
  },
  { says: "a limit in pages", code: "a1 fc 0f 00 00", ends: "runs", state: { selectors: { ds: 0x57 } } },
  { says: "code must lie inside too", code: "e9 00 10 00 00", ends: "13:0" },
];

const loads: readonly Claim[] = [
  { says: "data", code: "8e e0", ends: "runs", state: ax(0x2f) },
  { says: "readable code", code: "8e e0", ends: "runs", state: ax(0x07) },
  { says: "null, with any RPL", code: "8e e0", ends: "runs", state: ax(2) },
  { says: "execute-only code is refused", code: "8e e0", ends: "13:14", state: ax(0x17) },
  { says: "what is not there", code: "8e e0", ends: "11:4c", state: ax(0x4f) },
  { says: "an empty entry", code: "8e e0", ends: "13:6c", state: ax(0x6f) },
  { says: "outside the local table", code: "8e e0", ends: "13:84", state: ax(0x87) },
  { says: "outside the global table", code: "8e e0", ends: "13:80", state: ax(0x83) },
  { says: "the kernel's data", code: "8e e0", ends: "13:18", state: ax(0x18) },
  { says: "the task", code: "8e e0", ends: "13:40", state: ax(0x40) },
  { says: "the stack: null is refused", code: "8e d0", ends: "13:0", state: ax(0) },
  { says: "read-only data", code: "8e d0", ends: "13:34", state: ax(0x37) },
  { says: "another RPL", code: "8e d0", ends: "13:5c", state: ax(0x5e) },
  { says: "code", code: "8e d0", ends: "13:4", state: ax(0x07) },
  { says: "a stack that is not there is a stack fault", code: "8e d0", ends: "12:4c", state: ax(0x4f) },
  { says: "POP with a bad selector leaves ESP", code: "6a 6f 0f a1", ends: "13:6c", registers: { 4: 0x3fc } },
];

const questions: readonly Claim[] = [
  { says: "LAR of data", code: "0f 02 c8", ends: "runs", state: ax(0x2f), registers: { 1: 0x0040f300 }, zero: true },
  { says: "LAR of code", code: "0f 02 c8", ends: "runs", state: ax(0x0f), registers: { 1: 0x0000fb00 }, zero: true },
  {
    says: "LAR of what is not there",
    code: "0f 02 c8",
    ends: "runs",
    state: ax(0x4f),
    registers: { 1: 0x00407300 },
    zero: true,
  },
  {
    says: "LAR of the flat data",
    code: "0f 02 c8",
    ends: "runs",
    state: ax(0x2b),
    registers: { 1: 0x00cff300 },
    zero: true,
  },
  {
    says: "LAR of the flat code",
    code: "0f 02 c8",
    ends: "runs",
    state: ax(0x23),
    registers: { 1: 0x00cffb00 },
    zero: true,
  },
  {
    says: "LAR of the kernel's data",
    code: "0f 02 c8",
    ends: "runs",
    state: ax(0x18),
    registers: { 1: 0x22222222 },
    zero: false,
  },
  { says: "LAR of null", code: "0f 02 c8", ends: "runs", state: ax(0), registers: { 1: 0x22222222 }, zero: false },
  {
    says: "LAR of 16 bits",
    code: "66 0f 02 c8",
    ends: "runs",
    state: ax(0x2f),
    registers: { 1: 0x2222f300 },
    zero: true,
  },
  { says: "LSL of data", code: "0f 03 c8", ends: "runs", state: ax(0x2f), registers: { 1: 0xfff }, zero: true },
  { says: "LSL of pages", code: "0f 03 c8", ends: "runs", state: ax(0x3f), registers: { 1: 0xffffefff }, zero: true },
  { says: "LSL of one page", code: "0f 03 c8", ends: "runs", state: ax(0x57), registers: { 1: 0xfff }, zero: true },
  {
    says: "LSL of an empty entry",
    code: "0f 03 c8",
    ends: "runs",
    state: ax(0x6f),
    registers: { 1: 0x22222222 },
    zero: false,
  },
  {
    says: "LSL outside the table",
    code: "0f 03 c8",
    ends: "runs",
    state: ax(0x87),
    registers: { 1: 0x22222222 },
    zero: false,
  },
  { says: "VERR of readable code", code: "0f 00 e0", ends: "runs", state: ax(0x07), zero: true },
  { says: "VERR of execute-only code", code: "0f 00 e0", ends: "runs", state: ax(0x17), zero: false },
  { says: "VERW of data", code: "0f 00 e8", ends: "runs", state: ax(0x2f), zero: true },
  { says: "VERW of read-only data", code: "0f 00 e8", ends: "runs", state: ax(0x37), zero: false },
  { says: "VERW of code", code: "0f 00 e8", ends: "runs", state: ax(0x07), zero: false },
  {
    says: "ARPL raises",
    code: "63 c8",
    ends: "runs",
    state: { registers: { 0: 0x1002c, 1: 3 } },
    registers: { 0: 0x1002f },
    zero: true,
  },
  {
    says: "ARPL leaves",
    code: "63 c8",
    ends: "runs",
    state: { registers: { 0: 0x2f, 1: 2 } },
    registers: { 0: 0x2f },
    zero: false,
  },
];

const transfers: readonly Claim[] = [
  { says: "a jump to data", code: "ea 00 00 00 00 2f 00", ends: "13:2c" },
  { says: "to null", code: "ea 00 00 00 00 03 00", ends: "13:0" },
  { says: "to what is not there", code: "ea 00 00 00 00 1f 00", ends: "11:1c" },
  { says: "behind the end", code: "ea 00 0e 00 00 07 00", ends: "13:0" },
  { says: "to the kernel", code: "ea 00 00 00 00 10 00", ends: "13:10" },
  { says: "to the task", code: "ea 00 00 00 00 40 00", ends: "13:40" },
  { says: "a return to a lower ring number", code: "6a 06 6a 00 cb", ends: "13:4" },
  { says: "a return to the same segment", code: "6a 07 68 08 00 00 00 cb", ends: "runs" },
  {
    says: "a call of 16 bits pushes four bytes",
    code: "66 9a 06 00 0f 00",
    ends: "runs",
    registers: { 4: 0x3fc },
  },
];

const others: readonly Claim[] = [
  { says: "INT n has its gate in the error code", code: "cd 21", ends: "13:10a" },
  { says: "INT 3 and INT3 trap", code: "cd 03", ends: "3" },
  { says: "INT 4 traps whatever OF is", code: "cd 04", ends: "4" },
  { says: "HLT", code: "f4", ends: "13:0" },
  { says: "CLI", code: "fa", ends: "13:0" },
  { says: "IN", code: "ec", ends: "13:0" },
  { says: "MOV from CR0", code: "0f 20 c0", ends: "13:0" },
  { says: "LLDT", code: "0f 00 d0", ends: "13:0" },
  { says: "16 bytes", code: "66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", ends: "13:0" },
  { says: "INT1 traps", code: "f1", ends: "1" },
  {
    says: "TF traps after the next instruction",
    code: "68 02 03 00 00 9d 40",
    ends: "1",
    registers: { 0: 0x11111112 },
  },
  { says: "AC", code: "68 02 02 04 00 9d a1 01 00 00 00", ends: "17:0" },
  { says: "AC leaves what is aligned", code: "68 02 02 04 00 9d a1 04 00 00 00", ends: "runs" },
];

const sixteen: readonly Claim[] = [
  { says: "16-bit code moves words", code: "b8 34 12", ends: "runs", state: with16(), registers: { 0: 0x11111234 } },
  { says: "doublewords by prefix", code: "66 b8 34 12 00 00", ends: "runs", state: with16(), registers: { 0: 0x1234 } },
  {
    says: "a push to a 16-bit stack leaves ESP's upper half",
    code: "50",
    ends: "runs",
    state: with16({ registers: { 4: 0x12340100 }, selectors: { ss: 0x67 } }),
    registers: { 4: 0x123400fe },
  },
  {
    says: "SP wraps, and what it points to then is outside",
    code: "50",
    ends: "12:0",
    state: with16({ registers: { 4: 0x12340000 }, selectors: { ss: 0x67 } }),
    registers: { 4: 0x12340000 },
  },
  {
    says: "16-bit addresses wrap",
    code: "8a 40 01",
    ends: "runs",
    state: with16({ registers: { 3: 0xffff, 6: 0 } }),
  },
];

export const claims: Readonly<Record<string, readonly Claim[]>> = {
  "limits and rights": limits,
  "loads of segment registers": loads,
  "LAR, LSL, VERR, VERW, ARPL": questions,
  "far transfers": transfers,
  "what ring 3 may not do": others,
  "16-bit code and stacks": sixteen,
};
