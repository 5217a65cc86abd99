// A case from bytes, for what the generator avoids. Nothing is known about what it does.
import { no_flags } from "./flags.ts";
import { slot } from "./layout.ts";
import type { Case, Code } from "./program.ts";

export type State = {
  /** In encoding order; ESP is always the stack's. */
  registers?: Readonly<Record<number, number>>;
  eflags?: number;
};

const flags_of_a_process = 0x202;
const stack_pointer_offset = 128;

/** Every byte another, so that a wrong address shows. */
const counting = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, index) => index);

export function handwritten(name: string, slot_address: number, bytes: readonly number[], state: State = {}): Case {
  const code: Code = { kind: "code", bytes, form: undefined, flags: no_flags, fault_undefined: 0 };
  const registers = Array.from({ length: 8 }, (_, index) => (index + 1) * 0x11111111);
  registers[4] = slot_address + slot.stack + stack_pointer_offset;
  for (const [index, value] of Object.entries(state.registers ?? {})) registers[Number(index)] = value;
  return {
    name,
    seed: 0,
    slot: slot_address,
    code_offset: 0,
    registers,
    eflags: state.eflags ?? flags_of_a_process,
    data: counting(slot.data_bytes),
    stack: counting(slot.stack_bytes),
    pieces: [{ kind: "straight", before: [code], body: [], after: [] }],
  };
}
