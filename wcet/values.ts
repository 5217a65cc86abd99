// What is known of the values in registers and on the stack at a place of the program: enough to know a pushed vector
// or call number again, to follow the stack pointer, and to know which accesses go to devices.
//
//            any                     may point into the operation's own stack
//           /   \
//       plain   stack + n            does not point there; so many bytes above the stack pointer at the operation's entry
//         |
//     constant
import type { ElfFile } from "../kernel/elf.ts";

export type Value =
  | { readonly kind: "any" }
  | { readonly kind: "plain" }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "stack"; readonly offset: number };

export const any: Value = { kind: "any" };
export const plain: Value = { kind: "plain" };
export const constant = (value: number): Value => ({ kind: "constant", value: value | 0 });
export const stack = (offset: number): Value => ({ kind: "stack", offset: offset | 0 });

export const isNoPointer = ({ kind }: Value): boolean => kind === "plain" || kind === "constant";

export function sameValue(a: Value, b: Value): boolean {
  if (a.kind === "constant") return b.kind === "constant" && a.value === b.value;
  if (a.kind === "stack") return b.kind === "stack" && a.offset === b.offset;
  return a.kind === b.kind;
}

export function joinValues(a: Value, b: Value): Value {
  if (sameValue(a, b)) return a;
  return isNoPointer(a) && isNoPointer(b) ? plain : any;
}

export function sum(a: Value, b: Value): Value {
  if (a.kind === "constant" && b.kind === "constant") return constant(a.value + b.value);
  if (a.kind === "stack" && b.kind === "constant") return stack(a.offset + b.value);
  if (a.kind === "constant" && b.kind === "stack") return stack(b.offset + a.value);
  return isNoPointer(a) && isNoPointer(b) ? plain : any;
}

/** The comparison or test that the flags come from, where both its sides are known. */
export interface Compared {
  readonly operation: "subtract" | "and";
  readonly a: number;
  readonly b: number;
}

export interface State {
  readonly registers: readonly Value[];
  /** Doublewords of the operation's stack, by their place; what is not in it is unknown. */
  readonly slots: ReadonlyMap<number, Value>;
  readonly flags: Compared | undefined;
  /** An address of the stack may have been stored elsewhere: what is loaded may point there. */
  readonly escaped: boolean;
}

/** EAX to EDI. */
export const register_count = 8;
export const eax = 0,
  ecx = 1,
  esp = 4;

/** An operation's first state: what its caller left in registers does not point into the stack that it uses. */
export const entryState: State = {
  registers: Array.from({ length: register_count }, (_, number) => (number === esp ? stack(0) : plain)),
  slots: new Map(),
  flags: undefined,
  escaped: false,
};

/** Of another context that goes on: nothing is known, its stack neither. */
export const unknownState: State = {
  registers: Array.from({ length: register_count }, () => plain),
  slots: new Map(),
  flags: undefined,
  escaped: false,
};

const sameFlags = (a: Compared | undefined, b: Compared | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.operation === b.operation && a.a === b.a && a.b === b.b);

/** What holds in both; `a` itself where `b` adds no new possibility. */
export function joinStates(a: State, b: State): State {
  const registers = a.registers.map((value, number) => joinValues(value, b.registers[number] ?? any));
  const slots = new Map<number, Value>();
  for (const offset of new Set([...a.slots.keys(), ...b.slots.keys()])) {
    // A caller's slot that was not written holds no pointer to this stack; one of the operation's own may hold
    // anything.
    const unwritten = offset >= 0 ? plain : any;
    const joined = joinValues(a.slots.get(offset) ?? unwritten, b.slots.get(offset) ?? unwritten);
    if (!sameValue(joined, unwritten)) slots.set(offset, joined);
  }
  const flags = sameFlags(a.flags, b.flags) ? a.flags : undefined;
  const escaped = a.escaped || b.escaped;
  const unchanged =
    escaped === a.escaped &&
    flags === a.flags &&
    slots.size === a.slots.size &&
    registers.every((value, number) => sameValue(value, a.registers[number] ?? any)) &&
    [...slots].every(([offset, value]) => sameValue(value, a.slots.get(offset) ?? any));
  return unchanged ? a : { registers, slots, flags, escaped };
}

const word_bytes = 4;

/** What a load from memory that is never written gives: constants of the image. */
export type Constants = (address: number) => number | undefined;

export function constantsOf(elf: ElfFile): Constants {
  const unchanging = elf.segments.filter(({ writable }) => !writable);
  return (address) => {
    const segment = unchanging.find(
      ({ virtualAddress: first, bytes }) => address >= first && address + word_bytes <= first + bytes.length,
    );
    if (segment === undefined) return undefined;
    const { bytes, virtualAddress } = segment;
    return new DataView(bytes.buffer, bytes.byteOffset).getInt32(address - virtualAddress, true);
  };
}
