// A case under construction. It keeps what is known of the registers at this point, so that every memory access can be
// aimed into the case's own data and stack. A register or memory cell that no instruction has touched yet is still
// free: the first wish for a value becomes its initial value; later wishes cost an instruction.
import { arithmetic_flags, compared_flags, flag, no_flags, undefinedAfter, type FlagEffect } from "./flags.ts";
import type { Form } from "./forms.ts";
import { slot, table } from "./layout.ts";
import { littleEndian, type Case, type Code, type Fixup, type Item, type Piece } from "./program.ts";
import { randomFrom, type Random } from "./random.ts";

export const register = { eax: 0, ecx: 1, edx: 2, ebx: 3, esp: 4, ebp: 5, esi: 6, edi: 7 } as const;
export const { eax, ecx, edx, ebx, esp, ebp, esi, edi } = register;

const interrupt_enable = 0x202; // and the bit that is always set: what a user-mode process sees

/**
 * Bytes kept free around the stack pointer: below it for what an interrupt at the lowest point takes, its frame and the
 * handler's PUSHA (a fault takes less), above it for a case that pops.
 */
const stack_room = { below: 12 + 32 + 4, above: 32 };

export type Known = { registers: (number | undefined)[]; direction: boolean | undefined; undefined_flags: number };

/** The selector that a 32-bit Linux process has in its data segment registers; the core's boot stub has the same. */
const flat_data_selector = 0x2b;

/** What some tests need of their cases; see the fields of the same names. */
export type Constraints = {
  interruptible?: boolean;
  aligned?: boolean;
  data_selectors?: readonly number[];
  loadable?: readonly number[];
  readable?: readonly number[];
};

type Snapshot = Known & { bound: boolean[] };

export class Sequence {
  readonly random: Random;
  readonly data: number;
  readonly stack: number;
  /** 16-bit addresses and instruction pointers reach this slot. */
  readonly low: boolean;
  readonly initial: number[] = [];
  /** Registers whose initial value is decided. */
  readonly bound: boolean[];
  known: Known;
  /** Registers that the present piece or loop needs as they are. */
  readonly pinned = new Set<number>();
  readonly locked = new Set<number>();
  /** ESP must not rise above this: what lies there is a caller's. */
  stack_ceiling: number;
  /**
   * Interrupts may come between any two instructions: memory below the stack pointer may change at any time, so it must
   * be written before it is read. The stack grows by pushes only.
   */
  readonly interruptible: boolean;
  /** Memory operands lie at multiples of their size. */
  readonly aligned: boolean;
  /** What may be loaded into segment registers without a change of base. */
  readonly data_selectors: readonly number[];
  /** Segment registers, by number: those that MOV may load, and those whose selectors are the same on both sides. */
  readonly loadable: readonly number[];
  readonly readable: readonly number[];
  /** How deep inside calls: there, stores into the stack would hit return addresses. */
  depth = 0;
  /** The case's last instruction: it may leave ESP anywhere. */
  last = false;
  bytes = 0;

  readonly #case: { seed: number; slot: number; code_offset: number; eflags: number };
  readonly #data_bytes: Uint8Array;
  readonly #stack_bytes: Uint8Array;
  #pieces: Piece[] = [];
  #open: Item[] = [];
  #fresh = true;
  #labels = 0;

  constructor(
    seed: number,
    slot_address: number,
    {
      interruptible = false,
      aligned = false,
      data_selectors = [flat_data_selector],
      loadable = [0, 3, 4, 5],
      readable = [0, 3, 4, 5],
    }: Constraints = {},
  ) {
    const random = randomFrom(seed);
    this.random = random;
    this.low = slot_address < table.first_high;
    this.data = slot_address + slot.data;
    this.stack = slot_address + slot.stack;
    this.stack_ceiling = this.stack + slot.stack_bytes;
    this.interruptible = interruptible;
    this.aligned = aligned;
    this.data_selectors = data_selectors;
    this.loadable = loadable;
    this.readable = readable;
    const unaligned = interruptible ? 2 * random.below(16) : random.below(32);
    this.initial[esp] = this.stack + 128 + (aligned || random.chance(0.7) ? 4 * random.below(8) : unaligned);
    this.bound = Array.from({ length: 8 }, (_, index) => index === esp);
    const eflags = interrupt_enable | (random.word() & arithmetic_flags) | (random.chance(0.3) ? flag.d : 0);
    this.known = {
      registers: Array.from({ length: 8 }, (_, index) => (index === esp ? this.initial[esp] : undefined)),
      direction: (eflags & flag.d) !== 0,
      undefined_flags: 0,
    };
    this.#case = { seed, slot: slot_address, code_offset: random.below(16), eflags };
    this.#data_bytes = this.#memory(slot.data_bytes);
    this.#stack_bytes = this.#memory(slot.stack_bytes);
  }

  /** Words that mean something, and stretches that repeat, for string comparisons. */
  #memory(bytes: number): Uint8Array {
    const content = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 4) content.set(littleEndian(this.random.operand(32), 4), at);
    const from = this.random.below(bytes / 2);
    if (this.random.chance(0.5)) content.fill(this.random.operand(8), from, from + this.random.below(bytes / 2));
    return content;
  }

  finish(name: string): Case {
    this.#close();
    for (let r = 0; r < 8; r++) this.value(r);
    return {
      name,
      ...this.#case,
      registers: this.initial,
      data: this.#data_bytes,
      stack: this.#stack_bytes,
      pieces: this.#pieces,
    };
  }

  label(): number {
    return this.#labels++;
  }

  // Registers

  /** The value, if it is known; a free register gets one now. */
  value(r: number): number | undefined {
    if (this.bound[r] !== true) this.#bind(r, this.random.operand(32));
    return this.known.registers[r];
  }

  isFree(r: number): boolean {
    return this.bound[r] !== true;
  }

  mayChange(r: number): boolean {
    return r !== esp && !this.pinned.has(r) && !this.locked.has(r);
  }

  /** Makes the register hold that value. */
  want(r: number, value: number): void {
    if (this.isFree(r)) {
      this.#bind(r, value >>> 0);
    } else if (this.known.registers[r] !== value >>> 0) {
      if (this.locked.has(r)) throw new Error("a locked register cannot change");
      this.add([0xb8 + r, ...littleEndian(value, 4)]);
      this.known.registers[r] = value >>> 0;
    }
  }

  wrote(r: number): void {
    this.value(r);
    if (r === esp) return;
    this.known.registers[r] = undefined;
  }

  #bind(r: number, value: number): void {
    this.initial[r] = value;
    this.bound[r] = true;
    this.known.registers[r] = value;
  }

  get esp(): number {
    return this.known.registers[esp] ?? this.stack;
  }

  // Memory

  /** Makes memory hold that value: initial content if nothing has run yet, else a store. */
  store(address: number, size: number, value: number): void {
    const data_at = address - this.data;
    const stack_at = address - this.stack;
    if (this.#fresh && data_at >= 0 && data_at + size / 8 <= slot.data_bytes) {
      this.#data_bytes.set(littleEndian(value, size / 8), data_at);
    } else if (this.#fresh && stack_at >= 0 && stack_at + size / 8 <= slot.stack_bytes) {
      this.#stack_bytes.set(littleEndian(value, size / 8), stack_at);
    } else {
      const prefix = size === 16 ? [0x66] : [];
      this.add([
        ...prefix,
        size === 8 ? 0xc6 : 0xc7,
        0x05,
        ...littleEndian(address, 4),
        ...littleEndian(value, size / 8),
      ]);
    }
  }

  /** An address in the data (now and then in the stack's upper part) for an access of that many bytes. */
  target(bytes: number): number {
    const stack_from = this.esp;
    const stack_bytes = this.stack + slot.stack_bytes - stack_from - bytes;
    if (this.aligned) return this.data + (this.random.below(slot.data_bytes - bytes + 1) & -bytes);
    if (this.depth === 0 && stack_bytes > 16 && this.random.chance(0.15))
      return stack_from + this.random.below(stack_bytes);
    const at = this.random.below(slot.data_bytes - bytes + 1);
    return this.data + (this.random.chance(0.5) ? at & ~3 : at);
  }

  // Stack

  /** Moves ESP so that so many bytes can be pushed and popped. */
  stackRoom({ push = 0, pop = 0 }: { push?: number; pop?: number }): void {
    const lowest = this.stack + stack_room.below + push;
    const highest = Math.min(this.stack_ceiling, this.stack + slot.stack_bytes - (this.depth === 0 ? 16 : 0)) - pop;
    if (this.esp >= lowest && this.esp <= highest) return;
    this.moveStack(Math.max(lowest, Math.min(highest, this.stack + 128)));
  }

  moveStack(to: number): void {
    const distance = to - this.esp;
    if (distance === 0) return;
    if (distance < 0 && this.interruptible) {
      for (let left = -distance; left > 0; left -= 4)
        this.add([...(left === 2 ? [0x66] : []), 0x6a, this.random.below(256)]);
    } else if (Math.abs(distance) < 128) this.add([0x8d, 0x64, 0x24, distance & 0xff]);
    else this.add([0x8d, 0xa4, 0x24, ...littleEndian(distance, 4)]);
    this.known.registers[esp] = to;
  }

  pushed(bytes: number): void {
    this.known.registers[esp] = this.esp - bytes;
  }

  // Code

  add(
    bytes: readonly number[],
    options: { form?: Form; flags?: FlagEffect; fault_undefined?: number; fixup?: Fixup; raw?: boolean } = {},
  ): void {
    const flags = options.flags ?? no_flags;
    const code: Code = {
      kind: "code",
      bytes,
      form: options.form,
      flags,
      fault_undefined: options.fault_undefined ?? 0,
      ...(options.fixup === undefined ? {} : { fixup: options.fixup }),
      ...(options.raw === true ? { raw: true } : {}),
    };
    // STD among a case's own instructions, say; whoever knows what DF is then says so.
    if (((flags.defined | flags.undefined) & flag.d) !== 0) this.known.direction = undefined;
    this.#open.push(code);
    this.known.undefined_flags = undefinedAfter(this.known.undefined_flags, flags);
    this.bytes += bytes.length;
    this.#fresh = false;
  }

  addLabel(label: number): void {
    this.#open.push({ kind: "label", label });
    this.#fresh = false;
  }

  /** From here on the code runs in a segment of that size. */
  addMode(bits: 16 | 32): void {
    this.#open.push({ kind: "mode", bits });
  }

  /** Before an instruction that reads flags: a comparison, if one of them has no defined value. */
  defineFlags(reads: number): void {
    if ((this.known.undefined_flags & reads) === 0) return;
    const a = this.random.below(8);
    const b = this.random.below(8);
    this.value(a);
    this.value(b);
    const flags = { reads: 0, defined: arithmetic_flags, undefined: 0 };
    this.add([0x39, 0xc0 | (b << 3) | a], { flags });
  }

  wantDirection(down: boolean): void {
    if (this.known.direction === down) return;
    this.add([down ? 0xfd : 0xfc], { flags: { reads: 0, defined: flag.d, undefined: 0 } });
    this.known.direction = down;
  }

  /** Safe contents of EFLAGS for POPF. */
  flagsImage(): number {
    return interrupt_enable | (this.random.word() & compared_flags);
  }

  // Pieces

  /** One piece that is kept or dropped as a whole. */
  straight(make: () => void): void {
    this.#close();
    make();
    this.pinned.clear();
    this.#close();
  }

  #close(): void {
    if (this.#open.length > 0) this.#pieces.push({ kind: "straight", before: this.#take(), body: [], after: [] });
  }

  #take(): Item[] {
    const taken = this.#open;
    this.#open = [];
    return taken;
  }

  /** A piece with a body of pieces. What is known afterwards holds on every path through it. */
  nested(kind: "skip" | "loop" | "call", parts: { before: () => void; body: () => void; after: () => void }): void {
    this.#close();
    parts.before();
    this.pinned.clear();
    const before = this.#take();
    const entered = this.#snapshot();
    if (kind === "loop") this.#forget();
    const outer = this.#pieces;
    this.#pieces = [];
    parts.body();
    this.#close();
    const body = this.#pieces;
    this.#pieces = outer;
    parts.after();
    const after = this.#take();
    this.#pieces.push({ kind, before, body, after });
    if (kind === "skip") this.#merge(entered);
  }

  #snapshot(): Snapshot {
    return { ...this.known, registers: [...this.known.registers], bound: [...this.bound] };
  }

  /** At a loop's start only what the loop does not change is known. */
  #forget(): void {
    for (let r = 0; r < 8; r++) {
      this.value(r);
      if (r !== esp) this.known.registers[r] = undefined;
    }
    this.known.direction = undefined;
    this.known.undefined_flags = arithmetic_flags;
  }

  #merge(other: Snapshot): void {
    for (let r = 0; r < 8; r++) {
      // A register that was free there is bound by now, to its initial value, which it still had on that path.
      const there = other.bound[r] === true ? other.registers[r] : this.initial[r];
      if (there !== this.known.registers[r]) this.known.registers[r] = undefined;
    }
    if (other.direction !== this.known.direction) this.known.direction = undefined;
    this.known.undefined_flags |= other.undefined_flags;
  }
}
