// The integer instructions of user mode, one row for each encoding, in the manuals' notation:
//   code      opcode bytes in hexadecimal; /r or /digit: a ModRM byte; +r: a register in the last byte
//   operands  rm8 rm16 rmv: register or memory; m m8 mv: memory only; r8 r16 rv: register; v: 16 or 32 bits by operand
//             size; ib iw iz: immediates (ibs: a byte, sign-extended); offset8 offsetv: an address in the instruction
//   writes    the operands written, by position; `clobbers`: registers written that are not operands
//   flags     [defined, undefined, read], letters of "odszapc"
// `shape` names the kind of preparation that a row needs so that it can run in the sandbox (shapes.ts).

export type Shape =
  | "plain"
  | "shift"
  | "divide"
  | "scan"
  | "bits"
  | "push"
  | "pop"
  | "string"
  | "jump"
  | "branch"
  | "loop"
  | "call"
  | "enter"
  | "leave"
  | "popf"
  | "xlat"
  | "bound"
  | "into"
  | "int3"
  | "ud"
  | "load_segment"
  | "load_far"
  | "read_segment"
  | "bcd_multiply"
  | "compare8";

export const levels = [386, 486, 586, 686] as const;

export type Level = (typeof levels)[number];

export type Row = {
  name: string;
  code: string;
  operands: string;
  flags: readonly [defined: string, undefined: string, read: string];
  writes: readonly number[];
  clobbers: readonly string[];
  shape: Shape;
  level: Level;
  lock: boolean;
  /** Has a 16-bit and a 32-bit form although no operand says so. */
  sized: boolean;
};

type Options = Partial<Omit<Row, "name" | "code" | "operands" | "flags">>;

const none = ["", "", ""] as const;
const all = "oszapc";

export function row(name: string, code: string, operands: string, flags: Row["flags"], options: Options = {}): Row {
  return {
    name,
    code,
    operands,
    flags,
    writes: [0],
    clobbers: [],
    shape: "plain",
    level: 386,
    lock: false,
    sized: false,
    ...options,
  };
}

const hex = (value: number) => value.toString(16).padStart(2, "0");

const conditions = ["o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g"];
const condition_reads = ["o", "o", "c", "c", "z", "z", "cz", "cz", "s", "s", "p", "p", "so", "so", "zso", "zso"];

function arithmetic(): Row[] {
  const rows: Row[] = [];
  ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"].forEach((name, index) => {
    const logical = name === "or" || name === "and" || name === "xor";
    const reads = name === "adc" || name === "sbb" ? "c" : "";
    const flags: Row["flags"] = logical ? ["oszpc", "a", reads] : [all, "", reads];
    const base = index * 8;
    const options = name === "cmp" ? { writes: [] } : {};
    const memory = { ...options, lock: name !== "cmp" };
    rows.push(
      row(name, `${hex(base)} /r`, "rm8,r8", flags, memory),
      row(name, `${hex(base + 1)} /r`, "rmv,rv", flags, memory),
      row(name, `${hex(base + 2)} /r`, "r8,rm8", flags, options),
      row(name, `${hex(base + 3)} /r`, "rv,rmv", flags, options),
      row(name, hex(base + 4), "al,ib", flags, options),
      row(name, hex(base + 5), "eax,iz", flags, options),
      row(name, `80 /${index}`, "rm8,ib", flags, memory),
      row(name, `81 /${index}`, "rmv,iz", flags, memory),
      row(name, `83 /${index}`, "rmv,ibs", flags, memory),
    );
  });
  const logic: Row["flags"] = ["oszpc", "a", ""];
  return rows.concat([
    row("test", "84 /r", "rm8,r8", logic, { writes: [] }),
    row("test", "85 /r", "rmv,rv", logic, { writes: [] }),
    row("test", "a8", "al,ib", logic, { writes: [] }),
    row("test", "a9", "eax,iz", logic, { writes: [] }),
    row("test", "f6 /0", "rm8,ib", logic, { writes: [] }),
    row("test", "f7 /0", "rmv,iz", logic, { writes: [] }),
    row("inc", "40 +r", "rv", ["oszap", "", ""]),
    row("dec", "48 +r", "rv", ["oszap", "", ""]),
    row("inc", "fe /0", "rm8", ["oszap", "", ""], { lock: true }),
    row("inc", "ff /0", "rmv", ["oszap", "", ""], { lock: true }),
    row("dec", "fe /1", "rm8", ["oszap", "", ""], { lock: true }),
    row("dec", "ff /1", "rmv", ["oszap", "", ""], { lock: true }),
    row("not", "f6 /2", "rm8", none, { lock: true }),
    row("not", "f7 /2", "rmv", none, { lock: true }),
    row("neg", "f6 /3", "rm8", [all, "", ""], { lock: true }),
    row("neg", "f7 /3", "rmv", [all, "", ""], { lock: true }),
  ]);
}

function multiplication(): Row[] {
  const product: Row["flags"] = ["oc", "szap", ""];
  const quotient: Row["flags"] = ["", all, ""];
  return [
    row("mul", "f6 /4", "rm8", product, { writes: [], clobbers: ["eax"] }),
    row("mul", "f7 /4", "rmv", product, { writes: [], clobbers: ["eax", "edx"] }),
    row("imul", "f6 /5", "rm8", product, { writes: [], clobbers: ["eax"] }),
    row("imul", "f7 /5", "rmv", product, { writes: [], clobbers: ["eax", "edx"] }),
    row("imul", "0f af /r", "rv,rmv", product),
    row("imul", "69 /r", "rv,rmv,iz", product),
    row("imul", "6b /r", "rv,rmv,ibs", product),
    row("div", "f6 /6", "rm8", quotient, { writes: [], clobbers: ["eax"], shape: "divide" }),
    row("div", "f7 /6", "rmv", quotient, { writes: [], clobbers: ["eax", "edx"], shape: "divide" }),
    row("idiv", "f6 /7", "rm8", quotient, { writes: [], clobbers: ["eax"], shape: "divide" }),
    row("idiv", "f7 /7", "rmv", quotient, { writes: [], clobbers: ["eax", "edx"], shape: "divide" }),
  ];
}

/** By ModRM's middle field; 6 is not documented. */
const shift_names = ["rol", "ror", "rcl", "rcr", "shl", "shr", undefined, "sar"];

/** The flags of shifts depend on the count: shiftEffect in flags.ts. */
function shifts(): Row[] {
  const shift = { shape: "shift" } as const;
  const rows = shift_names.flatMap((name, index) =>
    name === undefined
      ? []
      : [
          row(name, `c0 /${index}`, "rm8,ib", none, shift),
          row(name, `c1 /${index}`, "rmv,ib", none, shift),
          row(name, `d0 /${index}`, "rm8,1", none, shift),
          row(name, `d1 /${index}`, "rmv,1", none, shift),
          row(name, `d2 /${index}`, "rm8,cl", none, shift),
          row(name, `d3 /${index}`, "rmv,cl", none, shift),
        ],
  );
  return rows.concat([
    row("shld", "0f a4 /r", "rmv,rv,ib", none, shift),
    row("shld", "0f a5 /r", "rmv,rv,cl", none, shift),
    row("shrd", "0f ac /r", "rmv,rv,ib", none, shift),
    row("shrd", "0f ad /r", "rmv,rv,cl", none, shift),
  ]);
}

function bits(): Row[] {
  const test: Row["flags"] = ["c", "osap", ""];
  const scan: Row["flags"] = ["z", "osapc", ""];
  const families = [
    ["bt", "a3", 4],
    ["bts", "ab", 5],
    ["btr", "b3", 6],
    ["btc", "bb", 7],
  ] as const;
  return [
    ...families.flatMap(([name, code, digit]) => {
      const writes = name === "bt" ? [] : [0];
      return [
        row(name, `0f ${code} /r`, "rmv,rv", test, { shape: "bits", writes, lock: name !== "bt" }),
        row(name, `0f ba /${digit}`, "rmv,ib", test, { writes, lock: name !== "bt" }),
      ];
    }),
    row("bsf", "0f bc /r", "rv,rmv", scan, { shape: "scan" }),
    row("bsr", "0f bd /r", "rv,rmv", scan, { shape: "scan" }),
  ];
}

function moves(): Row[] {
  return [
    row("mov", "88 /r", "rm8,r8", none),
    row("mov", "89 /r", "rmv,rv", none),
    row("mov", "8a /r", "r8,rm8", none),
    row("mov", "8b /r", "rv,rmv", none),
    row("mov", "a0", "al,offset8", none),
    row("mov", "a1", "eax,offsetv", none),
    row("mov", "a2", "offset8,al", none),
    row("mov", "a3", "offsetv,eax", none),
    row("mov", "b0 +r", "r8,ib", none),
    row("mov", "b8 +r", "rv,iz", none),
    row("mov", "c6 /0", "rm8,ib", none),
    row("mov", "c7 /0", "rmv,iz", none),
    row("movzx", "0f b6 /r", "rv,rm8", none),
    row("movzx", "0f b7 /r", "rv,rm16", none),
    row("movsx", "0f be /r", "rv,rm8", none),
    row("movsx", "0f bf /r", "rv,rm16", none),
    row("lea", "8d /r", "rv,m", none),
    row("xchg", "86 /r", "rm8,r8", none, { writes: [0, 1], lock: true }),
    row("xchg", "87 /r", "rmv,rv", none, { writes: [0, 1], lock: true }),
    row("xchg", "90 +r", "rv", none, { clobbers: ["eax"] }),
    row("xlatb", "d7", "", none, { writes: [], clobbers: ["eax"], shape: "xlat" }),
    row("nop", "90", "", none, { writes: [] }),
    row("mov", "8e /r", "sreg,rm16", none, { writes: [], shape: "load_segment" }),
    row("mov", "8c /r", "rmv,sreg", none, { shape: "read_segment" }),
    row("lds", "c5 /r", "rv,m", none, { shape: "load_far" }),
    row("les", "c4 /r", "rv,m", none, { shape: "load_far" }),
    row("lfs", "0f b4 /r", "rv,m", none, { shape: "load_far" }),
    row("lgs", "0f b5 /r", "rv,m", none, { shape: "load_far" }),
    ...conditions.map((condition, index) =>
      row(`set${condition}`, `0f ${hex(0x90 + index)} /0`, "rm8", ["", "", condition_reads[index] ?? ""]),
    ),
  ];
}

function stack(): Row[] {
  const push = { writes: [], shape: "push" } as const;
  const pop = { shape: "pop" } as const;
  const registers = ["eax", "ecx", "edx", "ebx", "ebp", "esi", "edi"];
  return [
    row("push", "50 +r", "rv", none, push),
    row("push", "ff /6", "rmv", none, push),
    row("push", "68", "iz", none, push),
    row("push", "6a", "ibs", none, { ...push, sized: true }),
    row("pop", "58 +r", "rv", none, pop),
    row("pop", "8f /0", "rmv", none, pop),
    row("pusha", "60", "", none, { ...push, sized: true }),
    row("popa", "61", "", none, { writes: [], clobbers: registers, shape: "pop", sized: true }),
    row("pushf", "9c", "", ["", "", "odszapc"], { ...push, sized: true }),
    row("popf", "9d", "", ["odszapc", "", ""], { writes: [], shape: "popf", sized: true }),
    ...(["06 es", "1e ds", "0f a0 fs", "0f a8 gs"] as const).map((text) =>
      row(`push ${text.slice(-2)}`, text.slice(0, -3), "", none, { ...push, sized: true }),
    ),
    ...(["07 es", "1f ds", "0f a1 fs", "0f a9 gs"] as const).map((text) =>
      row(`pop ${text.slice(-2)}`, text.slice(0, -3), "", none, { writes: [], shape: "load_segment", sized: true }),
    ),
    row("enter", "c8", "iw,ib", none, { writes: [], clobbers: ["ebp"], shape: "enter", sized: true }),
    row("leave", "c9", "", none, { writes: [], clobbers: ["ebp"], shape: "leave", sized: true }),
  ];
}

function control(): Row[] {
  const jump = { writes: [], shape: "jump" } as const;
  const branch = { writes: [], shape: "branch" } as const;
  const loop = { writes: [], clobbers: ["ecx"], shape: "loop" } as const;
  const call = { writes: [], shape: "call" } as const;
  return [
    ...conditions.flatMap((condition, index) => {
      const flags: Row["flags"] = ["", "", condition_reads[index] ?? ""];
      return [
        row(`j${condition}`, hex(0x70 + index), "rel8", flags, branch),
        row(`j${condition}`, `0f ${hex(0x80 + index)}`, "relz", flags, branch),
      ];
    }),
    row("jecxz", "e3", "rel8", none, branch),
    row("jmp", "eb", "rel8", none, jump),
    row("jmp", "e9", "relz", none, jump),
    row("jmp", "ff /4", "rmv", none, jump),
    row("loopne", "e0", "rel8", ["", "", "z"], loop),
    row("loope", "e1", "rel8", ["", "", "z"], loop),
    row("loop", "e2", "rel8", none, loop),
    row("call", "e8", "relz", none, call),
    row("call", "ff /2", "rmv", none, call),
    row("ret", "c3", "", none, { ...call, sized: true }),
    row("ret", "c2", "iw", none, { ...call, sized: true }),
    row("bound", "62 /r", "rv,m", none, { writes: [], shape: "bound" }),
    row("into", "ce", "", ["", "", "o"], { writes: [], shape: "into" }),
    row("int3", "cc", "", none, { writes: [], shape: "int3" }),
    row("ud2", "0f 0b", "", none, { writes: [], shape: "ud" }),
  ];
}

function strings(): Row[] {
  const string = { writes: [], shape: "string" } as const;
  const rows: Row[] = [];
  const families = [
    ["movs", "a4", ["esi", "edi"], none],
    ["cmps", "a6", ["esi", "edi"], [all, "", ""]],
    ["stos", "aa", ["edi"], none],
    ["lods", "ac", ["eax", "esi"], none],
    ["scas", "ae", ["edi"], [all, "", ""]],
  ] as const;
  for (const [name, code, clobbers, flags] of families) {
    rows.push(row(`${name}b`, code, "", flags, { ...string, clobbers }));
    rows.push(row(name, hex(parseInt(code, 16) + 1), "", flags, { ...string, clobbers, sized: true }));
  }
  return rows;
}

function flagsAndDecimal(): Row[] {
  const nothing = { writes: [] } as const;
  const accumulator = { writes: [], clobbers: ["eax"] } as const;
  return [
    row("clc", "f8", "", ["c", "", ""], nothing),
    row("stc", "f9", "", ["c", "", ""], nothing),
    row("cmc", "f5", "", ["c", "", "c"], nothing),
    row("cld", "fc", "", ["d", "", ""], nothing),
    row("std", "fd", "", ["d", "", ""], nothing),
    row("lahf", "9f", "", ["", "", "szapc"], accumulator),
    row("salc", "d6", "", ["", "", "c"], accumulator),
    row("sahf", "9e", "", ["szapc", "", ""], nothing),
    row("cbw", "98", "", none, { ...accumulator, sized: true }),
    row("cwd", "99", "", none, { writes: [], clobbers: ["edx"], sized: true }),
    row("daa", "27", "", ["szapc", "o", "ac"], accumulator),
    row("das", "2f", "", ["szapc", "o", "ac"], accumulator),
    row("aaa", "37", "", ["ac", "oszp", "a"], accumulator),
    row("aas", "3f", "", ["ac", "oszp", "a"], accumulator),
    row("aam", "d4", "ib", ["szp", "oac", ""], { ...accumulator, shape: "bcd_multiply" }),
    row("aad", "d5", "ib", ["szp", "oac", ""], { ...accumulator, shape: "bcd_multiply" }),
  ];
}

function later(): Row[] {
  return [
    row("bswap", "0f c8 +r", "r32", none, { level: 486 }),
    row("xadd", "0f c0 /r", "rm8,r8", [all, "", ""], { level: 486, writes: [0, 1], lock: true }),
    row("xadd", "0f c1 /r", "rmv,rv", [all, "", ""], { level: 486, writes: [0, 1], lock: true }),
    row("cmpxchg", "0f b0 /r", "rm8,r8", [all, "", ""], { level: 486, clobbers: ["eax"], lock: true }),
    row("cmpxchg", "0f b1 /r", "rmv,rv", [all, "", ""], { level: 486, clobbers: ["eax"], lock: true }),
    row("cmpxchg8b", "0f c7 /1", "m64", ["z", "", ""], {
      level: 586,
      clobbers: ["eax", "edx"],
      lock: true,
      shape: "compare8",
    }),
    row("nop", "0f 1f /0", "rmv", none, { level: 686, writes: [] }),
    ...conditions.map((condition, index) =>
      row(`cmov${condition}`, `0f ${hex(0x40 + index)} /r`, "rv,rmv", ["", "", condition_reads[index] ?? ""], {
        level: 686,
      }),
    ),
  ];
}

export const rows: readonly Row[] = [
  ...arithmetic(),
  ...multiplication(),
  ...shifts(),
  ...bits(),
  ...moves(),
  ...stack(),
  ...control(),
  ...strings(),
  ...flagsAndDecimal(),
  ...later(),
];
