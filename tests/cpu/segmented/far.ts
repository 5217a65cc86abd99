// Pieces that change CS: far jumps, calls and returns between code segments of 16 and 32 bits, and those that fault.
import { littleEndian } from "../program.ts";
import { esp } from "../sequence.ts";
import { setStack, setStackTop } from "./accesses.ts";
import {
  aim,
  code_bytes,
  heldIn,
  index,
  prefixOf,
  selectorOf,
  wide_code,
  writable,
  type Confined,
} from "./environment.ts";
import { user_code_selector } from "./layout.ts";
import { anySelector } from "./loads.ts";

type Target = {
  selector: number;
  base: number;
  bits: 16 | 32;
  /** Of the local table; undefined: flat. */
  at: number | undefined;
};

const jump_direct = 0xea;
const call_direct = 0x9a;
const return_far = 0xcb;
const return_far_more = 0xca;
const interrupt_return = 0xcf;
const kinds = ["jump", "call", "jump_memory", "call_memory", "return", "return_more", "interrupt_return"] as const;
type Kind = (typeof kinds)[number];

/** Flags for IRET: what POPF may have, with the interrupt flag. */
const flags_image = 0x202;

/** A segment that holds the code; entered at the next instruction or behind something that must not run. */
function goodTarget({ sequence, environment }: Confined): Target {
  const { random } = sequence;
  const at = random.chance(0.15) ? index.code_short : random.pick(wide_code);
  const descriptor = environment.descriptors[at];
  return {
    selector: selectorOf(at),
    base: descriptor?.base ?? 0,
    bits: descriptor?.is_32 === false ? 16 : 32,
    at,
  };
}

function badSelector({ sequence }: Confined): number {
  const { random } = sequence;
  for (;;) {
    const selector = random.chance(0.3) ? selectorOf(index.code_absent) : anySelector(random);
    const local = (selector & 4) !== 0 ? selector >> 3 : undefined;
    const is_code = local !== undefined ? wide_code.includes(local) || local === index.code_short : false;
    if (!is_code && (selector | 3) !== user_code_selector) return selector;
  }
}

/**
 * One transfer to the label, or with `bad` to what cannot be entered; undefined if it has no place for its pointer.
 * The label is where the code goes on; `offset` stands in its place for a bad one.
 */
function transfer(confined: Confined, kind: Kind, size: 16 | 32, target: Target, offset: number | undefined): boolean {
  const { sequence } = confined;
  const { random } = sequence;
  const bytes = size / 8;
  const sized = size === 16 ? [0x66] : [];
  const label = sequence.label();
  const pointer = (head: readonly number[]) => {
    const fixup = { label, at: head.length, bytes, relative: false, base: target.base };
    sequence.add([...head, ...littleEndian(offset ?? 0, bytes)], offset === undefined ? { fixup } : {});
  };
  const selectorBytes = littleEndian(target.selector | (random.word() << 16), bytes);
  if (kind === "jump" || kind === "call") {
    if (kind === "call") setStackTop(confined, 2 * bytes, 0.85);
    const head = [...sized, kind === "jump" ? jump_direct : call_direct];
    const fixup = { label, at: head.length, bytes, relative: false, base: target.base };
    const body = [...head, ...littleEndian(offset ?? 0, bytes), ...littleEndian(target.selector, 2)];
    sequence.add(body, offset === undefined ? { fixup } : {});
  } else if (kind === "jump_memory" || kind === "call_memory") {
    const name = writable(confined, bytes + 2);
    if (name === undefined) return false;
    if (kind === "call_memory") setStackTop(confined, 2 * bytes, 0.85);
    const at = aim(random, heldIn(confined, name), bytes + 2, 0.95);
    const prefix = prefixOf(name);
    pointer([prefix, ...sized, 0xc7, 0x05, ...littleEndian(at, 4)]);
    const selector_at = (at + bytes) >>> 0;
    sequence.add([prefix, 0x66, 0xc7, 0x05, ...littleEndian(selector_at, 4), ...littleEndian(target.selector, 2)]);
    // If the call pushes over its own pointer, it has read it before.
    sequence.add([prefix, ...sized, 0xff, kind === "jump_memory" ? 0x2d : 0x1d, ...littleEndian(at, 4)]);
  } else {
    const words = kind === "interrupt_return" ? 3 : 2;
    setStackTop(confined, words * bytes, 0.95);
    const push = (value: readonly number[]) => {
      sequence.add([...sized, 0x68, ...value]);
    };
    if (kind === "interrupt_return") push(littleEndian(flags_image | (sequence.flagsImage() & 0xcd5), bytes));
    push(selectorBytes);
    pointer([...sized, 0x68]);
    const flags = { reads: 0, defined: 0xcd5, undefined: 0 };
    if (kind === "interrupt_return") sequence.add([...sized, interrupt_return], { flags });
    else if (kind === "return") sequence.add([...sized, return_far]);
    else sequence.add([...sized, return_far_more, ...littleEndian(random.pick([0, 4, 8, 100, 0xfff0]), 2)]);
    if (kind === "interrupt_return") sequence.known.direction = undefined;
  }
  sequence.known.registers[esp] = undefined;
  for (let i = random.below(3); i > 0; i--) sequence.add([0x0f, 0x0b], { raw: true });
  sequence.addLabel(label);
  if (target.at !== undefined && offset === undefined) sequence.addMode(target.bits);
  return true;
}

export function far(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const size = random.pick([16, 32] as const);
  const kind = random.pick(kinds);
  const target = goodTarget(confined);
  if (random.chance(0.12)) {
    transfer(confined, kind, size, { ...target, selector: badSelector(confined) }, random.below(code_bytes));
  } else if (random.chance(0.08)) {
    const offset = code_bytes + (random.chance(0.5) ? random.below(4) : random.below(0x8000));
    transfer(confined, kind, size, target, offset);
  } else {
    // A jump's RPL may be less than the ring; a return's may not.
    const rpl = random.chance(0.9) ? 3 : random.below(4);
    const selector = (target.selector & ~3) | rpl;
    if (transfer(confined, kind, size, { ...target, selector }, undefined) && target.at !== undefined)
      confined.held.cs = target.at;
  }
}

/** To the flat code segment of every process and back, as one piece: no other piece runs there. */
export function excursion(confined: Confined): void {
  const { sequence } = confined;
  const flat: Target = { selector: user_code_selector, base: 0, bits: 32, at: undefined };
  const back = goodTarget(confined);
  transfer(confined, "jump", 32, flat, undefined);
  sequence.addMode(32);
  sequence.add([0x90], { raw: true });
  if (sequence.random.chance(0.3)) sequence.add([0x8c, 0xc8 | sequence.random.pick([0, 1, 2, 3])], { raw: true });
  for (const r of [0, 1, 2, 3]) sequence.wrote(r);
  transfer(confined, "jump", 32, back, undefined);
  if (back.at !== undefined) confined.held.cs = back.at;
}

/** Near jumps and returns behind the end of the segment. */
export function nearOutside(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const offset = code_bytes + random.below(0x4000);
  if (random.chance(0.5)) {
    setStackTop(confined, 4, 0.95);
    const sized = random.chance(0.5) ? [0x66] : [];
    sequence.add([...sized, 0x68, ...littleEndian(offset, sized.length > 0 ? 2 : 4)]);
    sequence.add([...sized, 0xc3]);
  } else {
    setStack(confined, 4, 0.5);
    sequence.add([random.pick([0xe9, 0xe8]), ...littleEndian(0x10000 + random.below(0x100000), 4)]);
  }
  sequence.known.registers[esp] = undefined;
}

/** A near call or return whose stack is at a limit. */
export function nearCall(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const size = random.pick([16, 32] as const);
  const bytes = size / 8;
  const sized = size === 16 ? [0x66] : [];
  const label = sequence.label();
  setStackTop(confined, bytes);
  if (random.chance(0.5)) {
    const head = [...sized, 0xe8];
    const fixup = { label, at: head.length, bytes, relative: true };
    sequence.add([...head, ...littleEndian(0, bytes)], { fixup });
  } else {
    // All code has the same base.
    const head = [...sized, 0x68];
    const fixup = { label, at: head.length, bytes, relative: false };
    sequence.add([...head, ...littleEndian(0, bytes)], { fixup });
    const release = random.chance(0.5);
    sequence.add([...sized, ...(release ? [0xc2, ...littleEndian(random.pick([4, 0x100, 0xfffc]), 2)] : [0xc3])]);
  }
  for (let i = random.below(3); i > 0; i--) sequence.add([0x0f, 0x0b], { raw: true });
  sequence.addLabel(label);
  sequence.known.registers[esp] = undefined;
}
