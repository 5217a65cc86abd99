// What the comparison must know of an instruction before it runs.

import {
  Decoder, DecoderOptions, Formatter, FormatterSyntax, InstructionInfoFactory, MemorySizeExt, Mnemonic, OpAccess, OpKind,
  Register, RegisterExt, RflagsBits, type Instruction, type UsedMemory,
} from "iced-x86";

import type { Architecture } from "../../sim/architecture.ts";

export const INSTRUCTION_BYTES_MAX = 15;

export interface Decoded {
  readonly bytes: Uint8Array;
  /** Ones of EFLAGS whose value after it the manuals leave undefined. */
  readonly undefinedFlags: number;
  /** Those that it certainly writes, with a defined value. */
  readonly definedFlags: number;
  /** Its result is a matter of the machine around the processor, or of the processor's model: ports, CPUID and such. */
  readonly readsWorld: boolean;
  readonly repeats: boolean;
  /** INS or MOVS: what it reads goes to memory at EDI. */
  readonly fillsMemory: boolean;
  readonly halts: boolean;
  /** Linear addresses that it reads as data. */
  readonly reads: readonly number[];
}

const WORLD: ReadonlySet<Mnemonic> = new Set([
  Mnemonic.In, Mnemonic.Insb, Mnemonic.Insw, Mnemonic.Insd, Mnemonic.Cpuid, Mnemonic.Rdtsc, Mnemonic.Rdpmc, Mnemonic.Rdmsr,
]);
const REPEATED: ReadonlySet<Mnemonic> = new Set([
  Mnemonic.Insb, Mnemonic.Insw, Mnemonic.Insd, Mnemonic.Outsb, Mnemonic.Outsw, Mnemonic.Outsd,
  Mnemonic.Movsb, Mnemonic.Movsw, Mnemonic.Movsd, Mnemonic.Stosb, Mnemonic.Stosw, Mnemonic.Stosd,
  Mnemonic.Lodsb, Mnemonic.Lodsw, Mnemonic.Lodsd, Mnemonic.Scasb, Mnemonic.Scasw, Mnemonic.Scasd,
  Mnemonic.Cmpsb, Mnemonic.Cmpsw, Mnemonic.Cmpsd,
]);
const FILLING: ReadonlySet<Mnemonic> = new Set([
  Mnemonic.Insb, Mnemonic.Insw, Mnemonic.Insd, Mnemonic.Movsb, Mnemonic.Movsw, Mnemonic.Movsd,
]);
const flagBits: readonly (readonly [iced: number, eflags: number])[] = [
  [RflagsBits.CF, 0x001], [RflagsBits.PF, 0x004], [RflagsBits.AF, 0x010], [RflagsBits.ZF, 0x040], [RflagsBits.SF, 0x080],
  [RflagsBits.OF, 0x800],
];
const CARRY = 0x001;
const infos = new InstructionInfoFactory();

/** `state` is the one before the instruction. */
export function decode(bytes: Uint8Array, state: Architecture): Decoded {
  const decoder = new Decoder(state.codeBig ? 32 : 16, bytes, DecoderOptions.None);
  const instruction = decoder.decode();
  const info = infos.info(instruction);
  const memory: readonly UsedMemory[] = info.usedMemory();
  try {
    return {
      bytes: bytes.slice(0, instruction.length),
      ...flagsOf(instruction, state),
      readsWorld: WORLD.has(instruction.mnemonic),
      repeats: (instruction.hasRepPrefix || instruction.hasRepnePrefix) && REPEATED.has(instruction.mnemonic),
      fillsMemory: FILLING.has(instruction.mnemonic),
      halts: instruction.mnemonic === Mnemonic.Hlt,
      reads: memory.filter(isRead).map((one) => linearAddress(one, state)),
    };
  } finally {
    for (const one of memory) one.free();
    info.free();
    instruction.free();
    decoder.free();
  }
}

/** In the notation of NASM. */
export function disassemble(bytes: Uint8Array, eip: number, codeBig: boolean): string {
  const decoder = new Decoder(codeBig ? 32 : 16, bytes, DecoderOptions.None);
  decoder.ip = BigInt(eip);
  const instruction = decoder.decode();
  const formatter = new Formatter(FormatterSyntax.Nasm);
  const text = formatter.format(instruction);
  formatter.free();
  instruction.free();
  decoder.free();
  return text;
}

const eflags = (iced: number): number => flagBits.reduce((bits, [from, to]) => bits | ((iced & from) === 0 ? 0 : to), 0);

function flagsOf(instruction: Instruction, state: Architecture): Pick<Decoded, "undefinedFlags" | "definedFlags"> {
  const undefinedFlags = eflags(instruction.rflagsUndefined) | shiftedOut(instruction, state);
  // By a count in a register perhaps nothing is shifted, and no flag written.
  const perhaps = instruction.opCount > 1 && instruction.opRegister(instruction.opCount - 1) === Register.CL;
  const { rflagsWritten, rflagsCleared, rflagsSet } = instruction;
  return {
    undefinedFlags,
    definedFlags: perhaps ? 0 : eflags(rflagsWritten | rflagsCleared | rflagsSet) & ~undefinedFlags,
  };
}

/** CF, if SHL or SHR is by the operand's width or more (Intel SDM 2). */
function shiftedOut(instruction: Instruction, state: Architecture): number {
  const { mnemonic } = instruction;
  if (mnemonic !== Mnemonic.Shl && mnemonic !== Mnemonic.Sal && mnemonic !== Mnemonic.Shr) return 0;
  const count = instruction.op1Kind === OpKind.Register ? (state.general[1] ?? 0) : instruction.immediate8;
  const bytes =
    instruction.op0Kind === OpKind.Register
      ? RegisterExt.size(instruction.op0Register)
      : MemorySizeExt.size(instruction.memorySize);
  return (count & 31) >= 8 * bytes ? CARRY : 0;
}

const isRead = ({ access }: UsedMemory): boolean =>
  access === OpAccess.Read || access === OpAccess.CondRead || access === OpAccess.ReadWrite || access === OpAccess.ReadCondWrite;

/** iced-x86's register numbers follow the encodings: EAX to EDI, AX to DI, ES to GS. */
function linearAddress(memory: UsedMemory, state: Architecture): number {
  const value = (register: Register): number => {
    if (register === Register.None) return 0;
    if (register >= Register.EAX && register <= Register.EDI) return state.general[register - Register.EAX] ?? 0;
    if (register >= Register.AX && register <= Register.DI) return (state.general[register - Register.AX] ?? 0) & 0xffff;
    return 0;
  };
  const short = [memory.base, memory.index].some((one) => one >= Register.AX && one <= Register.DI);
  const sum = BigInt(value(memory.base)) + BigInt(value(memory.index)) * BigInt(memory.scale) + memory.displacement;
  const offset = Number(BigInt.asUintN(short ? 16 : 32, sum));
  const base = state.bases[memory.segment - Register.ES] ?? 0;
  return (base + offset) >>> 0;
}
