// The program's instructions, one at a time: how each is decoded by the core's own table (for its time) and by iced-x86
// (for what it does). Nothing of iced-x86 leaves this file: what it hands out lies in WebAssembly memory and is freed
// here.
import {
  ConditionCode,
  Decoder,
  DecoderError,
  DecoderOptions,
  FlowControl,
  InstructionInfoFactory,
  MemorySizeExt,
  Mnemonic,
  OpAccess,
  OpKind,
  Register,
  RegisterExt,
  type Instruction as Iced,
  type UsedMemory,
  type UsedRegister,
} from "iced-x86";

import type { ElfFile } from "../kernel/elf.ts";
import { decodeAt, type Decoded } from "../soc/cpu/timing.ts";
import { bytesAt } from "./flow-facts.ts";
import { Problem } from "./problem.ts";

/** A memory operand; registers by number, EAX is 0. */
export interface MemoryOperand {
  readonly base: number | undefined;
  readonly index: number | undefined;
  readonly scale: number;
  readonly displacement: number;
  readonly bytes: number;
  /** In a segment that begins at 0; FS and GS may begin anywhere. */
  readonly flat: boolean;
}

export type Operand =
  /** `whole`: all 32 bits. */
  | { readonly kind: "register"; readonly number: number; readonly whole: boolean }
  | { readonly kind: "immediate"; readonly value: number }
  | ({ readonly kind: "memory" } & MemoryOperand)
  | { readonly kind: "other" };

export interface MemoryUse extends MemoryOperand {
  readonly writes: boolean;
  readonly reads: boolean;
}

/** Where control goes behind it. */
export type Flow =
  "next" | "condition" | "jump" | "call" | "return" | "indirect jump" | "indirect call" | "trap" | "invalid";

export interface Instruction {
  readonly address: number;
  readonly bytes: number;
  readonly decoded: Decoded;
  /** To the core and to iced-x86, as the same. */
  readonly is_known: boolean;
  readonly flow: Flow;
  /** Of a direct jump or call. */
  readonly target: number | undefined;
  /** "mov", "rep movs" …: the mnemonic in small letters. */
  readonly mnemonic: string;
  readonly condition: ConditionName | undefined;
  readonly operands: readonly Operand[];
  readonly written: readonly number[];
  readonly read: readonly number[];
  readonly memory: readonly MemoryUse[];
  /** Repeats until ECX says so. */
  readonly repeats: boolean;
  /** IRET, SYSEXIT, or RET to another segment. */
  readonly leaves_ring: boolean;
}

export type ConditionName = "e" | "ne" | "b" | "ae" | "be" | "a" | "s" | "ns" | "l" | "ge" | "le" | "g";

const conditions: ReadonlyMap<ConditionCode, ConditionName> = new Map([
  [ConditionCode.e, "e"],
  [ConditionCode.ne, "ne"],
  [ConditionCode.b, "b"],
  [ConditionCode.ae, "ae"],
  [ConditionCode.be, "be"],
  [ConditionCode.a, "a"],
  [ConditionCode.s, "s"],
  [ConditionCode.ns, "ns"],
  [ConditionCode.l, "l"],
  [ConditionCode.ge, "ge"],
  [ConditionCode.le, "le"],
  [ConditionCode.g, "g"],
]);

const instruction_bytes_max = 15;
const ring_leavers = new Set<Mnemonic>([Mnemonic.Iret, Mnemonic.Iretd, Mnemonic.Sysexit, Mnemonic.Retf]);

export type Code = (address: number) => Instruction;

/** The program's code, decoded once at each address asked for. */
export function codeOf(elf: ElfFile): Code {
  const known = new Map<number, Instruction>();
  return (address) => {
    const before = known.get(address);
    if (before !== undefined) return before;
    const bytes = bytesAt(elf, address, instruction_bytes_max);
    if (bytes.length === 0) throw new Problem("code that is not there", [address]);
    const made = instructionOf(address, bytes);
    known.set(address, made);
    return made;
  };
}

function instructionOf(address: number, bytes: Uint8Array): Instruction {
  const decoder = new Decoder(32, bytes, DecoderOptions.None);
  decoder.ip = BigInt(address);
  const iced = decoder.decode();
  try {
    const decoded = decodeAt(bytes, 0);
    // The core has a table of its own: both must see the same instruction.
    const is_known =
      decoder.lastError === DecoderError.None && decoded.row !== undefined && decoded.bytes === iced.length;
    return described(iced, { address, decoded, is_known });
  } finally {
    iced.free();
    decoder.free();
  }
}

function described(
  iced: Iced,
  { address, decoded, is_known }: Pick<Instruction, "address" | "decoded" | "is_known">,
): Instruction {
  const flow = flowOf(iced);
  const { registers, memory } = uses(iced);
  return {
    address,
    bytes: iced.length,
    decoded,
    is_known,
    flow,
    target: flow === "condition" || flow === "jump" || flow === "call" ? Number(iced.nearBranchTarget) : undefined,
    mnemonic: (Mnemonic[iced.mnemonic] ?? "?").toLowerCase(),
    condition: conditions.get(iced.conditionCode),
    operands: Array.from({ length: iced.opCount }, (_, n) => operand(iced, n)),
    written: registers.filter(({ access }) => isWrite(access)).map(({ number }) => number),
    read: registers.filter(({ access }) => isRead(access)).map(({ number }) => number),
    memory,
    repeats: (iced.hasRepPrefix || iced.hasRepnePrefix) && iced.isStringInstruction,
    leaves_ring: ring_leavers.has(iced.mnemonic),
  };
}

function flowOf(iced: Iced): Flow {
  switch (iced.flowControl) {
    case FlowControl.Next:
      return ring_leavers.has(iced.mnemonic) ? "return" : "next";
    case FlowControl.ConditionalBranch:
      return "condition";
    case FlowControl.UnconditionalBranch:
      return iced.isJmpFar ? "indirect jump" : "jump";
    case FlowControl.Call:
      return ring_leavers.has(iced.mnemonic) ? "return" : iced.isCallFar ? "indirect call" : callFlow(iced);
    case FlowControl.IndirectCall:
      return "indirect call";
    case FlowControl.IndirectBranch:
      return "indirect jump";
    case FlowControl.Return:
      return "return";
    case FlowControl.Interrupt:
      return "trap";
    default:
      return "invalid";
  }
}

/** iced-x86 counts SYSENTER among the calls. */
const callFlow = (iced: Iced): Flow => (iced.mnemonic === Mnemonic.Call ? "call" : "trap");

const isWrite = (access: OpAccess): boolean =>
  access === OpAccess.Write ||
  access === OpAccess.CondWrite ||
  access === OpAccess.ReadWrite ||
  access === OpAccess.ReadCondWrite;
const isRead = (access: OpAccess): boolean =>
  access === OpAccess.Read ||
  access === OpAccess.CondRead ||
  access === OpAccess.ReadWrite ||
  access === OpAccess.ReadCondWrite;

const registerNumber = (register: Register): number | undefined =>
  RegisterExt.isGPR(register) ? RegisterExt.number(RegisterExt.fullRegister32(register)) : undefined;

const isFlat = (segment: Register): boolean => segment !== Register.FS && segment !== Register.GS;

const signed32 = (value: bigint): number => Number(BigInt.asIntN(32, value));

function operand(iced: Iced, n: number): Operand {
  switch (iced.opKind(n)) {
    case OpKind.Register: {
      const register = iced.opRegister(n);
      const number = registerNumber(register);
      return number === undefined
        ? { kind: "other" }
        : { kind: "register", number, whole: RegisterExt.isGPR32(register) };
    }
    case OpKind.Immediate8:
    case OpKind.Immediate16:
    case OpKind.Immediate32:
    case OpKind.Immediate8to16:
    case OpKind.Immediate8to32:
      return { kind: "immediate", value: signed32(iced.immediate(n)) };
    case OpKind.Memory:
      return {
        kind: "memory",
        base: registerNumber(iced.memoryBase),
        index: registerNumber(iced.memoryIndex),
        scale: iced.memoryIndexScale,
        displacement: signed32(iced.memoryDisplacement),
        bytes: MemorySizeExt.size(iced.memorySize),
        flat: isFlat(iced.memorySegment),
      };
    default:
      return { kind: "other" };
  }
}

const factory = new InstructionInfoFactory();

function uses(iced: Iced): { registers: { number: number; access: OpAccess }[]; memory: MemoryUse[] } {
  const info = factory.info(iced);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- iced-x86 declares these lists as any[]
  const used = info.usedRegisters() as UsedRegister[];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same
  const touched = info.usedMemory() as UsedMemory[];
  const registers = used.flatMap(({ register, access }) => {
    const number = registerNumber(register);
    return number === undefined ? [] : [{ number, access }];
  });
  const memory = touched
    .filter(({ access }) => isRead(access) || isWrite(access))
    .map((use) => ({
      base: registerNumber(use.base),
      index: registerNumber(use.index),
      scale: use.scale,
      displacement: signed32(use.displacement),
      bytes: MemorySizeExt.size(use.memorySize),
      flat: isFlat(use.segment),
      writes: isWrite(use.access),
      reads: isRead(use.access),
    }));
  for (const each of [...used, ...touched, info]) each.free();
  return { registers, memory };
}
