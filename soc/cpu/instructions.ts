// The instruction set as a table: what each opcode decodes to, by kind of instruction (Intel SDM 2, appendix A). A row
// gives the instruction's first micro-operation; `micro` names the microcode that continues it.
import type { MicrocodeEntry } from "./microcode.ts";
import {
  loadElement, operandAddress, popInto, pushFrom, pushSelector, pushSpecial, relativeTarget, storeElement,
} from "./microcode/steps.ts";
import type { MicroOp, Privilege } from "./microop.ts";

/**
 * Which bytes follow opcode, ModRM, SIB and displacement. `by_w` is a byte or operand size by bit 0 of the opcode;
 * `port` is a byte without sign, `offset` has the address size, `far` and `enter` have a second part.
 */
export const immediateKinds = ["none", "byte", "word", "operand", "by_w", "far", "offset", "enter", "port"] as const;
export type ImmediateKind = (typeof immediateKinds)[number];

/** Bytes that stand before an instruction (Intel SDM 2, 2.1.1). */
export const prefixBytes = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3] as const;

type SegmentRegister = "es" | "cs" | "ss" | "ds" | "fs" | "gs";

export interface Instruction {
  /** Mnemonic and operands as in the manual. */
  readonly name: string;
  /** The opcode's eight bits, `?` for those that do not matter here. */
  readonly opcode: string;
  /** 0F comes first. */
  readonly escape: boolean;
  /** ModRM.reg, where it selects the instruction. */
  readonly reg?: number;
  /** Which form of ModRM.rm this row is for. */
  readonly form?: "register" | "memory";
  /** With or without a repeat prefix, where that matters. */
  readonly repeat?: boolean;
  /** In real or virtual-8086 mode only, or only in neither. */
  readonly real?: boolean;
  /** Whether the I/O permission bitmap decides on ports (Intel SDM 1, 19.5). */
  readonly checks_ports?: boolean;
  /** Who may execute it; anybody unless stated. */
  readonly privilege?: (typeof Privilege)["names"][number];
  /** The segment register that it loads. */
  readonly loads?: SegmentRegister;
  readonly modrm: boolean;
  readonly immediate: ImmediateKind;
  /** The microcode that continues it. */
  readonly micro?: MicrocodeEntry;
  /** Its first micro-operation. */
  readonly first: MicroOp;
}

type Options = Partial<Pick<Instruction,
  "reg" | "form" | "repeat" | "real" | "checks_ports" | "privilege" | "loads" | "immediate" | "micro">>;

const bits = (opcode: number): string => opcode.toString(2).padStart(8, "0");

/** An opcode as the rows write it: hexadecimal, or eight bits and `?`; behind `0F ` if that comes first. */
function parse(code: string): { opcode: string; escape: boolean } {
  const escape = code.startsWith("0F ");
  const rest = escape ? code.slice(3) : code;
  return { opcode: rest.length === 8 ? rest : bits(Number.parseInt(rest, 16)), escape };
}

/** An instruction without ModRM. */
function plain(name: string, code: string, first: MicroOp, options: Options = {}): Instruction[] {
  return [{ name, ...parse(code), modrm: false, immediate: "none", first, ...options }];
}

/** An instruction with ModRM in the one form named by `options.form`, or in both alike. */
function withModrm(name: string, code: string, first: MicroOp, options: Options = {}): Instruction[] {
  return [{ name, ...parse(code), modrm: true, immediate: "none", first, ...options }];
}

/** An instruction with ModRM that names two registers, whatever its `mod` says: no address follows. */
function withRegisters(name: string, code: string, first: MicroOp, options: Options = {}): Instruction[] {
  return plain(name, code, first, { immediate: "byte", ...options });
}

/**
 * An instruction whose `rm` operand may be a register or memory. The memory form reads it from memory; where the result
 * goes back there too, the first step leaves it in t0 and the microcode's `store_result` writes it.
 */
function either(name: string, code: string, first: MicroOp, options: Options = {}): Instruction[] {
  const reads = first.a === "rm" || first.b === "rm";
  const writes = first.to === "rm";
  const memory: MicroOp = {
    ...first,
    ...operandAddress,
    ...(first.a === "rm" ? { a: "memory" as const } : {}),
    ...(first.b === "rm" ? { b: "memory" as const } : {}),
    ...(reads && writes ? { memory: "modify" as const, to: "t0" as const } : {}),
    ...(reads && !writes ? { memory: "load" as const } : {}),
    ...(!reads && writes ? { memory: "store" as const, to: "none" as const } : {}),
  };
  const continues: Options = reads && writes ? { micro: "store_result" } : {};
  return [
    ...withModrm(name, code, first, { ...options, form: "register" }),
    ...withModrm(name, code, memory, { ...options, ...continues, form: "memory" }),
  ];
}

/** The first step of an instruction that loads its memory or register operand and leaves the rest to the microcode. */
const fetchOperand = (size: NonNullable<MicroOp["size"]>): MicroOp => ({ operation: "move", b: "rm", to: "t0", size });

/** The first step of an instruction that reads its memory operand and will write it. */
const modifyOperand: MicroOp = { operation: "move", b: "memory", memory: "modify", ...operandAddress };

/** The first step of an instruction that loads its memory operand and leaves the rest to the microcode. */
const loadOperand: MicroOp = { operation: "move", b: "memory", to: "t0", memory: "load", ...operandAddress };

/** The first step of an instruction whose memory operand the microcode reads and writes: its offset. */
const addressInto = (to: NonNullable<MicroOp["to"]>): MicroOp => ({
  operation: "move", b: "ea", to, size: "dword", base: "context", displacement: "context",
});

const arithmetic = ["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"] as const;
const shifts = ["rol", "ror", "rcl", "rcr", "shl", "shr", "sal", "sar"] as const;
const segments = ["es", "cs", "ss", "ds", "fs", "gs"] as const;
const upper = (s: string): string => s.toUpperCase();

const arithmeticRows = arithmetic.flatMap((operation, i) => {
  const code = (low: string): string => `00${i.toString(2).padStart(3, "0")}${low}`;
  const result = (to: NonNullable<MicroOp["to"]>): MicroOp => ({
    operation, flags: "status", to: operation === "cmp" ? "none" : to,
  });
  const name = upper(operation);
  return [
    ...either(`${name} r/m, r`, code("00?"), { ...result("rm"), a: "rm", b: "reg", size: "w" }),
    ...either(`${name} r, r/m`, code("01?"), { ...result("reg"), a: "reg", b: "rm", size: "w" }),
    ...plain(`${name} eAX, imm`, code("10?"), { ...result("eax"), a: "eax", b: "imm", size: "w" },
      { immediate: "by_w" }),
    ...either(`${name} r/m, imm`, "1000000?", { ...result("rm"), a: "rm", b: "imm", size: "w" },
      { reg: i, immediate: "by_w" }),
    ...either(`${name} r/m8, imm8`, "82", { ...result("rm"), a: "rm", b: "imm", size: "byte" },
      { reg: i, immediate: "byte" }),
    ...either(`${name} r/m, imm8`, "83", { ...result("rm"), a: "rm", b: "imm" }, { reg: i, immediate: "byte" }),
  ];
});

const shiftRows = shifts.flatMap((operation, reg) => {
  const shift: MicroOp = { operation, a: "rm", to: "rm", flags: "status", size: "w" };
  return [
    ...either(`${upper(operation)} r/m, imm8`, "1100000?", { ...shift, b: "imm" }, { reg, immediate: "byte" }),
    ...either(`${upper(operation)} r/m, 1`, "1101000?", { ...shift, b: "one" }, { reg }),
    ...either(`${upper(operation)} r/m, CL`, "1101001?", { ...shift, b: "ecx" }, { reg }),
  ];
});

const stackRows = [
  ...plain("PUSH r", "01010???", pushFrom("opreg")),
  ...plain("POP r", "01011???", popInto("opreg")),
  ...plain("PUSHA", "60", { operation: "move", b: "esp", to: "t0" }, { micro: "push_all" }),
  ...plain("POPA", "61", {
    operation: "move", b: "memory", to: "t0", memory: "load", base: "esp", segment: "ss", displacement: "slots",
  }, { micro: "pop_all" }),
  ...plain("PUSH imm", "68", pushFrom("imm"), { immediate: "operand" }),
  ...plain("PUSH imm8", "6A", pushFrom("imm"), { immediate: "byte" }),
  ...withModrm("POP r", "8F", popInto("rm"), { reg: 0, form: "register" }),
  ...withModrm("POP m", "8F", popInto("t0"),
    { reg: 0, form: "memory", micro: "store_result" }),
  ...plain("PUSHF", "9C", pushSpecial("flags"), { privilege: "virtual_port" }),
  ...plain("POPF", "9D", popInto("t0"), { micro: "pop_flags", privilege: "virtual_port" }),
  ...plain("ENTER", "C8", pushFrom("ebp"), { immediate: "enter", micro: "enter" }),
  ...plain("LEAVE", "C9", { operation: "move", b: "memory", to: "ebp", base: "ebp", stack: "pop", memory: "load" }),
  ...withModrm("PUSH r", "FF", pushFrom("rm"), { reg: 6, form: "register" }),
  ...withModrm("PUSH m", "FF", loadOperand, { reg: 6, form: "memory", micro: "push_t0" }),
];

/** The same instruction in protected mode and in the others, where segment registers are loaded differently. */
const inEachMode = (
  rows: (options: Options, real: boolean) => Instruction[],
): Instruction[] => [...rows({ real: true }, true), ...rows({ real: false }, false)];

/** What continues the load of a segment register from t0, or follows its load in the first step. */
const afterLoad = (segment: SegmentRegister, real: boolean): Options => {
  const stack = segment === "ss";
  return { loads: segment, micro: real ? "settle" : stack ? "load_stack" : "load_data" };
};

/** The first step of a load of a segment register: in real mode all of it, else its selector's index to t1. */
const selectorFrom = (first: MicroOp, real: boolean): MicroOp => (real
  ? { ...first, to: "none", system: "load_real_or_virtual", target: "context" }
  : { ...first, operation: "selector_index", to: "t1", system: "set_selector" });

const segmentRows = [
  ...(["es", "cs", "ss", "ds"] as const).flatMap((segment, i) => {
    const field = i.toString(2).padStart(2, "0");
    const name = upper(segment);
    return [
      ...plain(`PUSH ${name}`, `000${field}110`, pushSelector(segment)),
      ...(segment === "cs" ? [] : inEachMode((options, real) => plain(`POP ${name}`, `000${field}111`,
        selectorFrom(popInto("t0"), real), { ...options, ...afterLoad(segment, real) }))),
    ];
  }),
  ...([["fs", "A0", "A1"], ["gs", "A8", "A9"]] as const).flatMap(([segment, push, pop]) => [
    ...plain(`PUSH ${upper(segment)}`, `0F ${push}`, pushSelector(segment)),
    ...inEachMode((options, real) => plain(`POP ${upper(segment)}`, `0F ${pop}`,
      selectorFrom(popInto("t0"), real), { ...options, ...afterLoad(segment, real) })),
  ]),
  ...segments.flatMap((segment, reg) => [
    ...withModrm(`MOV r, ${upper(segment)}`, "8C",
      { operation: "move", b: "special", special: "selector", target: segment, to: "rm" },
      { reg, form: "register" }),
    ...withModrm(`MOV m16, ${upper(segment)}`, "8C",
      { operation: "move", b: "special", special: "selector", target: segment, to: "t0", size: "dword" },
      { reg, form: "memory", micro: "store_word" }),
    ...(segment === "cs" ? [] : inEachMode((options, real) => either(`MOV ${upper(segment)}, r/m16`, "8E",
      selectorFrom(fetchOperand("word"), real), { reg, ...options, ...afterLoad(segment, real) }))),
  ]),
  ...([
    ["LES", "C4", "es"], ["LDS", "C5", "ds"], ["LSS", "0F B2", "ss"], ["LFS", "0F B4", "fs"], ["LGS", "0F B5", "gs"],
  ] as const).flatMap(([name, code, segment]) => inEachMode((options, real) =>
    withModrm(`${name} r, m`, code, { ...addressInto("t1"), segment: "context" }, {
      ...options, form: "memory", loads: segment,
      micro: real ? "load_far_real" : segment === "ss" ? "load_far_stack" : "load_far",
    }))),
];

const moveRows = [
  ...either("MOV r/m, r", "1000100?", { operation: "move", b: "reg", to: "rm", size: "w" }),
  ...either("MOV r, r/m", "1000101?", { operation: "move", b: "rm", to: "reg", size: "w" }),
  ...withModrm("LEA r, m", "8D", { operation: "move", b: "ea", to: "reg", base: "context", displacement: "context" },
    { form: "memory" }),
  ...plain("NOP", "90", {}),
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((r) =>
    plain("XCHG eAX, r", bits(0x90 + r), { operation: "move", b: "opreg", to: "t0" },
      { micro: "exchange_accumulator" })),
  ...plain("CBW", "98", { operation: "sign_extend", source: "half", b: "eax", to: "eax" }),
  ...plain("CWD", "99", { operation: "sign_fill", b: "eax", to: "edx" }),
  ...plain("MOV eAX, moffs", "1010000?", {
    operation: "move", b: "memory", to: "eax", size: "w", memory: "load", displacement: "immediate", segment: "context",
  }, { immediate: "offset" }),
  ...plain("MOV moffs, eAX", "1010001?", {
    operation: "move", b: "eax", size: "w", memory: "store", displacement: "immediate", segment: "context",
  }, { immediate: "offset" }),
  ...plain("MOV r8, imm8", "10110???", { operation: "move", b: "imm", to: "opreg", size: "byte" },
    { immediate: "byte" }),
  ...plain("MOV r, imm", "10111???", { operation: "move", b: "imm", to: "opreg" }, { immediate: "operand" }),
  ...either("MOV r/m, imm", "1100011?", { operation: "move", b: "imm", to: "rm", size: "w" },
    { reg: 0, immediate: "by_w" }),
  // Undocumented: AL becomes CF in all its bits.
  ...plain("SALC", "D6", { operation: "sbb", a: "eax", b: "eax", to: "eax", size: "byte" }),
  ...plain("XLAT", "D7", { operation: "zero_extend", source: "byte", size: "dword", b: "eax", to: "t0" },
    { micro: "translate" }),
  ...withModrm("XCHG r/m, r", "1000011?", { operation: "move", b: "rm", to: "t0", size: "w" },
    { form: "register", micro: "exchange" }),
  ...withModrm("XCHG r/m, r", "1000011?", { ...modifyOperand, to: "t0", size: "w" },
    { form: "memory", micro: "exchange" }),
  ...plain("BSWAP r", "0F 11001???", { operation: "byte_swap", a: "opreg", to: "opreg", size: "dword" }),
  ...either("CMOVcc r, r/m", "0F 0100????", { operation: "select", a: "reg", b: "rm", to: "reg" }),
  ...withModrm("XADD r, r", "0F 1100000?",
    { operation: "add", a: "rm", b: "reg", to: "t0", size: "w", flags: "status" },
    { form: "register", micro: "exchange_add" }),
  ...withModrm("XADD m, r", "0F 1100000?", { ...modifyOperand, to: "t1", size: "w" },
    { form: "memory", micro: "exchange_add_memory" }),
  ...withModrm("CMPXCHG r, r", "0F 1011000?", { operation: "move", b: "rm", to: "t1", size: "w" },
    { form: "register", micro: "compare_exchange" }),
  ...withModrm("CMPXCHG m, r", "0F 1011000?", { ...modifyOperand, to: "t1", size: "w" },
    { form: "memory", micro: "compare_exchange" }),
  ...withModrm("CMPXCHG8B m64", "0F C7", addressInto("t0"),
    { reg: 1, form: "memory", micro: "compare_exchange_8" }),
  ...either("MOVZX r, r/m8", "0F B6", { operation: "zero_extend", source: "byte", b: "rm", to: "reg" }),
  ...either("MOVZX r, r/m16", "0F B7", { operation: "zero_extend", source: "word", b: "rm", to: "reg" }),
  ...either("MOVSX r, r/m8", "0F BE", { operation: "sign_extend", source: "byte", b: "rm", to: "reg" }),
  ...either("MOVSX r, r/m16", "0F BF", { operation: "sign_extend", source: "word", b: "rm", to: "reg" }),
  ...withModrm("SETcc r8", "0F 1001????", { operation: "set_condition", to: "rm", size: "byte" }, { form: "register" }),
  ...withModrm("SETcc m8", "0F 1001????", { operation: "set_condition", to: "t0", size: "byte" },
    { form: "memory", micro: "store_result" }),
];

const unaryRows = [
  ...plain("INC r", "01000???", { operation: "add", a: "opreg", b: "one", to: "opreg", flags: "all_but_carry" }),
  ...plain("DEC r", "01001???", { operation: "sub", a: "opreg", b: "one", to: "opreg", flags: "all_but_carry" }),
  ...either("INC r/m", "1111111?", { operation: "add", a: "rm", b: "one", to: "rm", size: "w", flags: "all_but_carry" },
    { reg: 0 }),
  ...either("DEC r/m", "1111111?", { operation: "sub", a: "rm", b: "one", to: "rm", size: "w", flags: "all_but_carry" },
    { reg: 1 }),
  ...either("TEST r/m, r", "1000010?", { operation: "and", a: "rm", b: "reg", size: "w", flags: "status" }),
  ...plain("TEST eAX, imm", "1010100?", { operation: "and", a: "eax", b: "imm", size: "w", flags: "status" },
    { immediate: "by_w" }),
  // /1 is an undocumented twin of /0
  ...[0, 1].flatMap((reg) =>
    either("TEST r/m, imm", "1111011?", { operation: "and", a: "rm", b: "imm", size: "w", flags: "status" },
      { reg, immediate: "by_w" })),
  ...either("NOT r/m", "1111011?", { operation: "not", a: "rm", to: "rm", size: "w" }, { reg: 2 }),
  ...either("NEG r/m", "1111011?", { operation: "neg", a: "rm", to: "rm", size: "w", flags: "status" }, { reg: 3 }),
];

const multiplyRows = [
  ...either("IMUL r, r/m, imm", "69", { operation: "imul", a: "rm", b: "imm", to: "reg", flags: "status" },
    { immediate: "operand" }),
  ...either("IMUL r, r/m, imm8", "6B", { operation: "imul", a: "rm", b: "imm", to: "reg", flags: "status" },
    { immediate: "byte" }),
  ...either("IMUL r, r/m", "0F AF", { operation: "imul", a: "reg", b: "rm", to: "reg", flags: "status" }),
  ...(["mul", "imul"] as const).flatMap((operation, i) => [
    ...either(`${upper(operation)} r/m8`, "F6",
      { operation, a: "eax", b: "rm", to: "eax", size: "word", source: "byte", flags: "status" }, { reg: 4 + i }),
    ...either(`${upper(operation)} r/m`, "F7", { operation, a: "eax", b: "rm", to: "eax", flags: "status" },
      { reg: 4 + i, micro: "multiply_high" }),
  ]),
  ...(["div", "idiv"] as const).flatMap((operation, i) => [
    ...either(`${upper(operation)} r/m8`, "F6", fetchOperand("byte"), { reg: 6 + i, micro: `${operation}_byte` }),
    ...either(`${upper(operation)} r/m`, "F7", fetchOperand("operand"), { reg: 6 + i, micro: operation }),
  ]),
];

const decimalRows = [
  ...(["daa", "das", "aaa", "aas"] as const).flatMap((operation, i) =>
    plain(upper(operation), bits(0x27 + 8 * i), {
      operation, a: "eax", to: "eax", size: i < 2 ? "byte" : "word", flags: "status",
    })),
  ...plain("AAM imm8", "D4", { operation: "zero_extend", source: "byte", size: "dword", b: "eax", to: "t0" },
    { immediate: "byte", micro: "aam" }),
  ...plain("AAD imm8", "D5", { operation: "mul", source: "byte", size: "word", a: "ah", b: "imm", to: "t0" },
    { immediate: "byte", micro: "aad" }),
];

const bitRows = [
  ...(["bt", "bts", "btr", "btc"] as const).flatMap((operation, i) => {
    const to: MicroOp["to"] = operation === "bt" ? "none" : "rm";
    const field = (0xa3 + 8 * i).toString(16);
    return [
      ...withModrm(`${upper(operation)} r, r`, `0F ${field}`, { operation, a: "rm", b: "reg", to, flags: "carry" },
        { form: "register" }),
      ...withModrm(`${upper(operation)} m, r`, `0F ${field}`, addressInto("t1"),
        { form: "memory", micro: `${operation}_string` }),
      ...either(`${upper(operation)} r/m, imm8`, "0F BA", { operation, a: "rm", b: "imm", to, flags: "carry" },
        { reg: 4 + i, immediate: "byte" }),
    ];
  }),
  ...either("BSF r, r/m", "0F BC", { operation: "bsf", a: "reg", b: "rm", to: "reg", flags: "zero" }),
  ...either("BSR r, r/m", "0F BD", { operation: "bsr", a: "reg", b: "rm", to: "reg", flags: "zero" }),
  ...([["shld", "0F A4", "0F A5"], ["shrd", "0F AC", "0F AD"]] as const).flatMap(([operation, byImmediate, byCl]) => {
    const shift: MicroOp = { operation, a: "rm", b: "reg", to: "rm", flags: "status" };
    return [
      ...either(`${upper(operation)} r/m, r, imm8`, byImmediate, shift, { immediate: "byte" }),
      ...either(`${upper(operation)} r/m, r, CL`, byCl, { ...shift, special: "count" }),
    ];
  }),
];

const farSelector = (real: boolean): MicroOp => ({
  ...(real ? { operation: "move", to: "t0" } as const
    : { operation: "selector_index", to: "t1", system: "set_selector" } as const),
  b: "special", special: "far_selector", size: "dword",
});

const jumpRows = [
  ...plain("Jcc rel8", "0111????", { jump: "condition", ...relativeTarget }, { immediate: "byte" }),
  ...plain("Jcc rel", "0F 1000????", { jump: "condition", ...relativeTarget }, { immediate: "operand" }),
  ...plain("CALL rel", "E8", { jump: "relative", b: "next_eip", stack: "push", memory: "store" },
    { immediate: "operand" }),
  ...plain("JMP rel", "E9", { jump: "relative", ...relativeTarget }, { immediate: "operand" }),
  ...plain("JMP rel8", "EB", { jump: "relative", ...relativeTarget }, { immediate: "byte" }),
  ...plain("RET imm16", "C2", popInto("t0"), { immediate: "word", micro: "return_pop" }),
  ...plain("RET", "C3", { jump: "indirect", a: "memory", stack: "pop", memory: "load" }),
  ...plain("LOOPNE rel8", "E0", { operation: "sub", a: "ecx", b: "one", to: "ecx", size: "address" },
    { immediate: "byte", micro: "loop_nonzero" }),
  ...plain("LOOPE rel8", "E1", { operation: "sub", a: "ecx", b: "one", to: "ecx", size: "address" },
    { immediate: "byte", micro: "loop_zero" }),
  ...plain("LOOP rel8", "E2", { operation: "sub", a: "ecx", b: "one", to: "ecx", size: "address" },
    { immediate: "byte", micro: "loop" }),
  ...plain("JCXZ rel8", "E3", { jump: "cx_zero", a: "ecx", size: "address", ...relativeTarget }, { immediate: "byte" }),
  ...inEachMode((options, real) => [
    ...plain("JMP ptr16:32", "EA", farSelector(real), { ...options, immediate: "far", micro: real ? "jump_far_real" : "jump_far" }),
    ...withModrm("JMP m16:32", "FF", addressInto("t1"),
      { ...options, reg: 5, form: "memory", micro: real ? "jump_far_memory_real" : "jump_far_memory" }),
    ...plain("CALL ptr16:32", "9A", farSelector(real), { ...options, immediate: "far", micro: real ? "call_far_real" : "call_far" }),
    ...withModrm("CALL m16:32", "FF", addressInto("t1"),
      { ...options, reg: 3, form: "memory", micro: real ? "call_far_memory_real" : "call_far_memory" }),
    ...([["RETF", "CB", "none"], ["RETF imm16", "CA", "word"]] as const).flatMap(([name, code, immediate]) =>
      plain(name, code, popInto("t7"), { ...options, immediate, micro: real ? "return_far_real" : "return_far" })),
  ]),
  ...plain("IRET", "CF", popInto("t7"), { real: true, micro: "interrupt_return_real", privilege: "virtual_port" }),
  ...plain("IRET", "CF", {}, { real: false, micro: "interrupt_return" }),
  ...withModrm("CALL r", "FF", { jump: "indirect", a: "rm", b: "next_eip", stack: "push", memory: "store" },
    { reg: 2, form: "register" }),
  ...withModrm("CALL m", "FF", loadOperand, { reg: 2, form: "memory", micro: "call_t0" }),
  ...either("JMP r/m", "FF", { jump: "indirect", a: "rm" }, { reg: 4 }),
];

const interruptRows = [
  ...withModrm("BOUND r, m", "62", addressInto("t1"), { form: "memory", micro: "bound" }),
  ...plain("INT3", "CC", { system: "breakpoint" }),
  ...plain("INT imm8", "CD", { system: "software_interrupt", b: "imm" }, { immediate: "byte", privilege: "virtual_port" }),
  ...plain("INTO", "CE", { system: "overflow" }),
  ...plain("INT1", "F1", { system: "debug_trap" }),
  ...plain("HLT", "F4", { system: "halt" }, { privilege: "kernel" }),
];

const flagRows = [
  ...plain("SAHF", "9E", { operation: "store_flags", a: "ah", size: "byte", flags: "status" }),
  ...plain("LAHF", "9F", { operation: "load_flags", to: "ah", size: "byte" }),
  ...plain("CMC", "F5", { operation: "complement_carry", flags: "carry" }),
  ...plain("CLC", "F8", { operation: "clear_carry", flags: "carry" }),
  ...plain("STC", "F9", { operation: "set_carry", flags: "carry" }),
  ...plain("CLI", "FA", { system: "clear_interrupt" }, { privilege: "port" }),
  ...plain("STI", "FB", { system: "set_interrupt" }, { privilege: "port" }),
  ...plain("CLD", "FC", { system: "clear_direction" }),
  ...plain("STD", "FD", { system: "set_direction" }),
];

const stringRows = [
  ...plain("MOVS", "1010010?", loadElement("esi"), { repeat: false, micro: "movs" }),
  ...plain("CMPS", "1010011?", loadElement("esi"), { repeat: false, micro: "cmps" }),
  ...plain("STOS", "1010101?", storeElement("eax"), { repeat: false }),
  ...plain("LODS", "1010110?", loadElement("esi"), { repeat: false, micro: "lods" }),
  ...plain("SCAS", "1010111?", loadElement("edi"), { repeat: false, micro: "scas" }),
  ...["MOVS", "CMPS", "STOS", "LODS", "SCAS"].flatMap((name, i) =>
    plain(`REP ${name}`, `1010${["010", "011", "101", "110", "111"][i]!}?`, {},
      { repeat: true, micro: `rep_${name.toLowerCase()}` })),
];

/** Ports are addressed as in a segment without base or limit. */
const ports: MicroOp = { operation: "move", size: "w", segment: "linear" };
const portNumber = (b: "imm" | "edx"): MicroOp => ({
  operation: "zero_extend", source: "word", b, to: "t4", size: "dword",
});

const portRows = [
  ...(["imm8", "DX"] as const).flatMap((where) => {
    const by: MicroOp = where === "DX" ? { base: "edx" } : { displacement: "immediate" };
    const options: Options = where === "DX" ? {} : { immediate: "port" };
    const [input, output] = where === "DX" ? ["1110110?", "1110111?"] as const : ["1110010?", "1110011?"] as const;
    const number = portNumber(where === "DX" ? "edx" : "imm");
    return [
      ...plain(`IN eAX, ${where}`, input, { ...ports, ...by, b: "memory", to: "eax", memory: "input" },
        { ...options, checks_ports: false }),
      ...plain(`IN eAX, ${where}`, input, number, { ...options, checks_ports: true, micro: "input_checked" }),
      ...plain(`OUT ${where}, eAX`, output, { ...ports, ...by, b: "eax", memory: "output" },
        { ...options, checks_ports: false }),
      ...plain(`OUT ${where}, eAX`, output, number, { ...options, checks_ports: true, micro: "output_checked" }),
    ];
  }),
  ...([["INS", "0110110?", "ins"], ["OUTS", "0110111?", "outs"]] as const).flatMap(([name, code, micro]) =>
    [false, true].flatMap((repeat) => [false, true].flatMap((checks_ports) =>
      plain(repeat ? `REP ${name}` : name, code, {},
        { repeat, checks_ports, micro: `${repeat ? "rep_" : ""}${micro}${checks_ports ? "_checked" : ""}` })))),
];

/** LLDT and its kin: a selector, in protected mode only. */
const descriptorRows = [
  ...([["SLDT", 0, "ldt"], ["STR", 1, "tss"]] as const).flatMap(([name, reg, target]) => {
    const selector: MicroOp = { operation: "move", b: "special", special: "selector", target };
    return [
      ...withModrm(`${name} r`, "0F 00", { ...selector, to: "rm" }, { reg, real: false, form: "register" }),
      ...withModrm(`${name} m16`, "0F 00", { ...selector, to: "t0", size: "dword" },
        { reg, real: false, form: "memory", micro: "store_word" }),
    ];
  }),
  ...either("LLDT r/m16", "0F 00", fetchOperand("word"),
    { reg: 2, real: false, privilege: "kernel", micro: "load_ldt" }),
  ...either("LTR r/m16", "0F 00", fetchOperand("word"),
    { reg: 3, real: false, privilege: "kernel", micro: "load_task" }),
  ...either("VERR r/m16", "0F 00", fetchOperand("word"), { reg: 4, real: false, micro: "verr" }),
  ...either("VERW r/m16", "0F 00", fetchOperand("word"), { reg: 5, real: false, micro: "verw" }),
  ...either("LAR r, r/m16", "0F 02", fetchOperand("word"), { real: false, micro: "lar" }),
  ...either("LSL r, r/m16", "0F 03", fetchOperand("word"), { real: false, micro: "lsl" }),
  ...either("ARPL r/m16, r16", "63",
    { operation: "adjust_privilege", a: "rm", b: "reg", to: "rm", size: "word", flags: "zero" }, { real: false }),
];

const machineStatus: MicroOp = { operation: "move", b: "special", special: "machine_status" };

const systemRows = [
  ...(["gdt", "idt"] as const).flatMap((table, i) => [
    ...withModrm(`S${upper(table)} m`, "0F 01", addressInto("t1"),
      { reg: i, form: "memory", micro: `store_${table}` }),
    ...withModrm(`L${upper(table)} m`, "0F 01", addressInto("t1"),
      { reg: 2 + i, form: "memory", privilege: "kernel", micro: `load_${table}` }),
  ]),
  ...withModrm("SMSW r", "0F 01", { ...machineStatus, to: "rm" }, { reg: 4, form: "register" }),
  ...withModrm("SMSW m16", "0F 01", { ...machineStatus, to: "t0", size: "dword" },
    { reg: 4, form: "memory", micro: "store_word" }),
  ...either("LMSW r/m16", "0F 01", { operation: "move", b: "rm", system: "write_status", size: "word" },
    { reg: 6, privilege: "kernel", micro: "restart_fetch" }),
  ...withModrm("INVLPG m", "0F 01", { operation: "move", b: "ea", system: "invalidate_page", ...operandAddress, size: "dword" },
    { reg: 7, form: "memory", privilege: "kernel", micro: "restart_fetch" }),
  ...plain("CLTS", "0F 06", { system: "clear_task_switched" }, { privilege: "kernel", micro: "restart_fetch" }),
  ...plain("INVD", "0F 08", { system: "serialize" }, { privilege: "kernel" }),
  ...plain("WBINVD", "0F 09", { system: "serialize" }, { privilege: "kernel" }),
  ...[0, 2, 3, 4].flatMap((reg) => [
    ...withRegisters("MOV r, CRn", "0F 20",
      { operation: "move", b: "special", special: "control", to: "rm", size: "dword" }, { reg, privilege: "kernel" }),
    ...(reg === 0 || reg === 4
      ? withRegisters(`MOV CR${reg}, r`, "0F 22", { operation: "move", b: "rm", to: "t0", size: "dword" },
        { reg, privilege: "kernel", micro: `write_control_${reg}` })
      : withRegisters(`MOV CR${reg}, r`, "0F 22", { operation: "move", b: "rm", system: "write_paging", size: "dword" },
        { reg, privilege: "kernel" })),
  ]),
  ...withRegisters("MOV r, DRn", "0F 21",
    { operation: "move", b: "special", special: "debug", to: "rm", size: "dword" }, { privilege: "debug" }),
  ...withRegisters("MOV DRn, r", "0F 23", { operation: "move", b: "rm", system: "write_debug", size: "dword" },
    { privilege: "debug", micro: "restart_fetch" }),
  ...plain("CPUID", "0F A2", {}, { micro: "cpuid" }),
  ...plain("RDTSC", "0F 31", {}, { privilege: "time", micro: "read_time" }),
  ...plain("RDMSR", "0F 32", {}, { privilege: "kernel", micro: "read_msr" }),
  ...plain("WRMSR", "0F 30", {}, { privilege: "kernel", micro: "write_msr" }),
  ...plain("RDPMC", "0F 33", {}, { privilege: "counter", micro: "read_counter" }),
  ...plain("SYSENTER", "0F 34",
    { operation: "move", b: "special", special: "entry_stack", to: "esp", size: "dword", system: "enter_kernel" },
    { privilege: "entry" }),
  ...plain("SYSEXIT", "0F 35",
    { operation: "move", a: "edx", b: "ecx", to: "esp", size: "dword", system: "leave_kernel" },
    { privilege: "exit" }),
];

/** x87 instructions: #NM where a system emulates them; nothing where it has not said so, as without a coprocessor. */
const coprocessorRows = [
  ...withModrm("ESC r", "11011???", {}, { privilege: "coprocessor", form: "register" }),
  ...withModrm("ESC m", "11011???", { memory: "probe", ...operandAddress }, { privilege: "coprocessor", form: "memory" }),
  ...plain("WAIT", "9B", {}, { privilege: "wait" }),
];

/** Hints and fences: nothing is out of order here, and nothing is fetched ahead. */
const hintRows = [
  ...["0F 0D", "0F 18", "0F 1F"].flatMap((code) => withModrm("NOP r/m", code, {})),
  ...[5, 6, 7].flatMap((reg) => withModrm("LFENCE, MFENCE, SFENCE", "0F AE", {}, { reg, form: "register" })),
];

/** What LOCK may stand before, with a memory destination (Intel SDM 2, LOCK); all else is #UD with it. */
const lockable = /^(ADD|ADC|AND|OR|SBB|SUB|XOR|BT[SRC]|CMPXCHG|CMPXCHG8B|DEC|INC|NEG|NOT|XADD|XCHG) (r\/)?m/;
export const isLockable = ({ name, form }: Instruction): boolean => form === "memory" && lockable.test(name);

/** Every instruction that the core knows. What is not here raises #UD. */
export const instructions: readonly Instruction[] = [
  ...arithmeticRows,
  ...shiftRows,
  ...stackRows,
  ...segmentRows,
  ...moveRows,
  ...unaryRows,
  ...multiplyRows,
  ...decimalRows,
  ...bitRows,
  ...jumpRows,
  ...interruptRows,
  ...flagRows,
  ...stringRows,
  ...portRows,
  ...descriptorRows,
  ...systemRows,
  ...coprocessorRows,
  ...hintRows,
];
