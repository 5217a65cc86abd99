// The instruction of a case, as far as the differences between processors ask for it.
import { Code, Decoder, DecoderOptions, Formatter, FormatterSyntax, OpKind, Register, type Instruction } from "iced-x86";

import { physical, type Case } from "./states.ts";

const bitness = 16;

export interface Decoded {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** A LOCK prefix where the Intel386 and later do not allow one. */
  readonly badly_locked: boolean;
  readonly repeats: boolean;
  readonly moves_fs_or_gs: boolean;
  readonly memory_in_stack_segment: boolean;
  /** By how much the stack pointer moves; pushes are negative. */
  readonly stack_bytes: number;
}

export function decode({ before, length }: Case): Decoded {
  const { cs, ip } = before.registers;
  const first = physical(cs, ip);
  const bytes = Uint8Array.from({ length: length - 1 }, (_, i) => before.memory.get(first + i) ?? 0);
  return {
    bytes,
    text: withInstruction(bytes, DecoderOptions.NoInvalidCheck, (instruction) => {
      const formatter = new Formatter(FormatterSyntax.Nasm);
      const text = formatter.format(instruction);
      formatter.free();
      return text;
    }),
    badly_locked:
      withInstruction(bytes, DecoderOptions.None, ({ code }) => code === Code.INVALID) &&
      withInstruction(bytes, DecoderOptions.NoInvalidCheck, ({ code, hasLockPrefix }) => code !== Code.INVALID && hasLockPrefix),
    repeats: withInstruction(bytes, DecoderOptions.NoInvalidCheck, (one) => one.hasRepPrefix || one.hasRepnePrefix),
    moves_fs_or_gs: withInstruction(bytes, DecoderOptions.NoInvalidCheck, movesFsOrGs),
    memory_in_stack_segment: withInstruction(bytes, DecoderOptions.NoInvalidCheck, hasMemoryInStackSegment),
    stack_bytes: withInstruction(bytes, DecoderOptions.NoInvalidCheck, (one) => one.stackPointerIncrement),
  };
}

function movesFsOrGs(instruction: Instruction): boolean {
  return [instruction.op0Register, instruction.op1Register].some((one) => one === Register.FS || one === Register.GS);
}

function hasMemoryInStackSegment(instruction: Instruction): boolean {
  const hasMemory = Array.from({ length: instruction.opCount }, (_, i) => instruction.opKind(i)).includes(OpKind.Memory);
  return hasMemory && instruction.memorySegment === Register.SS;
}

function withInstruction<T>(bytes: Uint8Array, options: DecoderOptions, use: (instruction: Instruction) => T): T {
  const decoder = new Decoder(bitness, bytes, options);
  const instruction = decoder.decode();
  try {
    return use(instruction);
  } finally {
    instruction.free();
    decoder.free();
  }
}
