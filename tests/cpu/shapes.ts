// How each kind of instruction is made to run in the sandbox: what must hold before it, and what it leaves.
// A maker returns false if its form cannot run at this place (for example a 16-bit jump above 64 KB).
import { arithmetic_flags, flag, shiftEffect, shiftKind, type FlagEffect } from "./flags.ts";
import type { Form } from "./forms.ts";
import { slot } from "./layout.ts";
import { canWrite, emit } from "./operands.ts";
import { littleEndian } from "./program.ts";
import { eax, ebp, ebx, ecx, edi, edx, esi, type Sequence } from "./sequence.ts";
import { makeTransfer } from "./transfers.ts";
import type { Shape } from "./table.ts";

/** Makes some pieces of ordinary instructions, for the bodies of jumps and loops. */
export type MakeBody = () => void;

type Maker = (sequence: Sequence, form: Form) => boolean | void;

/** Adds one form with everything it needs. */
export function make(sequence: Sequence, form: Form, body: MakeBody): boolean {
  if (!canWrite(sequence, form)) return false;
  const { shape } = form.row;
  if (shape === "jump" || shape === "branch" || shape === "loop" || shape === "call")
    return makeTransfer(sequence, form, body);
  let made = true;
  sequence.straight(() => {
    if (shape !== "shift") sequence.defineFlags(form.flags.reads);
    made = makers[shape](sequence, form) !== false;
  });
  return made;
}

const plain: Maker = (sequence, form) => void emit(sequence, form);

const shift: Maker = (sequence, form) => {
  const { random } = sequence;
  const kind = shiftKind(form.row.name);
  const by_cl = form.operands.some((operand) => operand.kind === "cl");
  const by_one = form.operands.some((operand) => operand.kind === "one");
  const double = kind === "shld" || kind === "shrd";
  let count = random.chance(0.8) ? random.below(34) : random.below(256);
  // A 16-bit double shift by more than 16 leaves its result undefined.
  if (double && form.size === 16 && (count & 31) > 16) count &= 0x0f;
  if (by_one) count = 1;
  let known_count: number | undefined = count;
  if (by_cl) {
    const keep = !sequence.isFree(ecx) && (sequence.locked.has(ecx) || random.chance(0.3));
    if (keep) {
      const value = sequence.value(ecx);
      known_count = value === undefined ? undefined : value & 0xff;
      if (double && form.size === 16 && (known_count === undefined || (known_count & 31) > 16)) return false;
    } else {
      sequence.want(ecx, ((random.word() & 0xffffff00) | count) >>> 0);
    }
    sequence.pinned.add(ecx);
  }
  const flags = shiftEffect(kind, form.size, known_count);
  sequence.defineFlags(flags.reads);
  emit(sequence, form, { flags, immediate: count });
  return true;
};

/** Mostly quotients that fit; now and then one that does not, or a zero divisor. */
const divide: Maker = (sequence, form) => {
  const { random } = sequence;
  const { size } = form;
  const signed = form.row.name === "idiv";
  if (sequence.locked.has(eax) || sequence.locked.has(edx)) return false;
  const flags: FlagEffect = { reads: 0, defined: 0, undefined: arithmetic_flags };
  const options = { flags, fault_undefined: arithmetic_flags };
  if (random.chance(0.12)) {
    emit(sequence, form, options);
    return true;
  }
  const limit = 2n ** BigInt(size - (signed ? 1 : 0));
  const magnitude = (bits: number) => BigInt(random.operand(32)) & ((1n << BigInt(1 + random.below(bits))) - 1n);
  const sign = () => (signed && random.chance(0.5) ? -1n : 1n);
  const divisor = random.chance(0.05) ? 0n : (magnitude(size - 1) || 1n) * sign();
  const quotient = random.chance(0.05) ? limit : magnitude(size - 1) * sign();
  const absolute = divisor < 0n ? -divisor : divisor;
  const rest = absolute === 0n ? 0n : BigInt(random.word()) % absolute;
  const product = divisor * quotient;
  const dividend = product + (product < 0n ? -rest : rest);
  const part = (from: number, bits: number) => Number((dividend >> BigInt(from)) & ((1n << BigInt(bits)) - 1n));
  const upper = (value: number, bits: number) =>
    (bits === 32 ? value : (random.word() & ~(2 ** bits - 1)) | value) >>> 0;
  if (size === 8) {
    sequence.want(eax, upper(part(0, 16), 16));
  } else {
    sequence.want(eax, upper(part(0, size), size));
    sequence.want(edx, upper(part(size, size), size));
    sequence.pinned.add(edx);
  }
  sequence.pinned.add(eax);
  const value = Number(BigInt.asUintN(size, divisor));
  if (form.memory) {
    const target = sequence.target(size / 8);
    sequence.store(target, size, value);
    emit(sequence, form, { ...options, target });
  } else {
    const candidates = (size === 8 ? [1, 3] : [1, 3, 5, 6, 7]).filter((r) => sequence.mayChange(r));
    if (candidates.length === 0) return false;
    const rm = random.pick(candidates);
    sequence.want(rm, upper(value, size));
    emit(sequence, form, { ...options, rm });
  }
  return true;
};

/** BSF and BSR of zero leave the destination undefined: the source gets a bit, or the destination a value after it. */
const scan: Maker = (sequence, form) => {
  const { random } = sequence;
  const zero = random.chance(0.15);
  const value = zero ? 0 : Math.max(1, random.operand(form.size));
  let r: number;
  if (form.memory) {
    const target = sequence.target(form.size / 8);
    sequence.store(target, form.size, value);
    emit(sequence, form, { target, reg: (r = freeDestination(sequence)) });
  } else {
    const candidates = [eax, ecx, edx, ebx, ebp, esi, edi].filter((at) => sequence.mayChange(at));
    const rm = random.pick(candidates);
    sequence.want(rm, form.size === 16 ? ((random.word() & 0xffff0000) | value) >>> 0 : value);
    emit(sequence, form, { rm, reg: (r = freeDestination(sequence)) });
  }
  if (zero) {
    sequence.add([0xb8 + r, ...littleEndian(random.word(), 4)]);
    sequence.wrote(r);
  }
};

function freeDestination(sequence: Sequence): number {
  return sequence.random.pick([eax, ecx, edx, ebx, ebp, esi, edi].filter((r) => !sequence.locked.has(r)));
}

/** A bit string in memory reaches up to 2³¹ bits from its address: the address makes up for the register's value. */
const bits: Maker = (sequence, form) => {
  const { random } = sequence;
  if (!form.memory) {
    emit(sequence, form);
    return true;
  }
  const { size } = form;
  const candidates = [eax, ecx, edx, ebx, ebp, esi, edi].filter((at) => sequence.isFree(at) || sequence.mayChange(at));
  if (candidates.length === 0) return false;
  const reg = random.pick(candidates);
  const offset = random.chance(0.8)
    ? random.below(2048) - 1024
    : size === 16
      ? (random.word() << 16) >> 16
      : random.word() | 0;
  sequence.want(reg, size === 16 ? ((random.word() << 16) | (offset & 0xffff)) >>> 0 : offset >>> 0);
  sequence.pinned.add(reg);
  const cell = sequence.target(size / 8);
  const target = (cell - Math.floor(offset / size) * (size / 8)) >>> 0;
  emit(sequence, form, { reg, target, address_32: true });
  return true;
};

const push: Maker = (sequence, form) => {
  const { name } = form.row;
  const bytes = (name === "pusha" ? 8 : 1) * (form.size / 8);
  sequence.stackRoom({ push: bytes });
  if (name === "pusha") for (let r = 0; r < 8; r++) sequence.value(r);
  emit(sequence, form);
  sequence.pushed(bytes);
  // A 32-bit push of a segment register may leave the upper half of the cell as it was.
  if (name.startsWith("push ") && form.size === 32) sequence.add([0x66, 0xc7, 0x44, 0x24, 0x02, 0x00, 0x00]);
};

const pop: Maker = (sequence, form) => {
  const bytes = (form.row.name === "popa" ? 8 : 1) * (form.size / 8);
  sequence.stackRoom({ pop: bytes });
  // An address with ESP is computed after the stack pointer has moved.
  sequence.pushed(-bytes);
  if (form.memory) emit(sequence, form, { target: sequence.data + sequence.random.below(slot.data_bytes - 4) });
  else emit(sequence, form);
};

const popf: Maker = (sequence, form) => {
  const image = sequence.flagsImage();
  if (sequence.random.chance(0.5)) {
    sequence.stackRoom({ pop: form.size / 8 });
    sequence.store(sequence.esp, form.size, image);
  } else {
    sequence.stackRoom({ push: form.size / 8 });
    const prefix = form.size === 16 ? [0x66] : [];
    sequence.add([...prefix, 0x68, ...littleEndian(image, form.size / 8)]);
    sequence.pushed(form.size / 8);
  }
  emit(sequence, form);
  sequence.pushed(-form.size / 8);
  sequence.known.direction = (image & flag.d) !== 0;
};

const string: Maker = (sequence, form) => {
  const { random } = sequence;
  const name = form.row.name.slice(0, 4);
  const compares = name === "cmps" || name === "scas";
  const bytes = form.size / 8;
  const repeat = random.chance(0.6) ? random.pick(compares ? [0xf2, 0xf3] : [0xf3]) : undefined;
  if (repeat !== undefined && sequence.locked.has(ecx)) return false;
  const count = repeat === undefined ? 1 : random.chance(0.15) ? 0 : random.below(18);
  const narrow = sequence.low && random.chance(0.25);
  const down = random.chance(0.35);
  const span = Math.max(count, 1) * bytes;
  const alignment = sequence.aligned ? bytes : 1;
  const place = () => sequence.data + (random.below(slot.data_bytes - span) & -alignment) + (down ? span - bytes : 0);
  const wide = (value: number) => (narrow ? ((random.word() & 0xffff0000) | (value & 0xffff)) >>> 0 : value);
  if (form.row.clobbers.includes("esi")) sequence.want(esi, wide(place()));
  if (form.row.clobbers.includes("edi")) sequence.want(edi, wide(place()));
  if (repeat !== undefined) sequence.want(ecx, wide(count));
  sequence.value(eax);
  sequence.wantDirection(down);
  const prefixes = [...(narrow ? [0x67] : []), ...(repeat === undefined ? [] : [repeat])];
  if (form.row.clobbers.includes("esi") && random.chance(0.1))
    prefixes.push(random.pick([0x26, 0x2e, 0x36, 0x64, 0x65]));
  const flags = compares && count > 0 ? form.flags : { reads: 0, defined: 0, undefined: 0 };
  emit(sequence, form, { prefixes, flags });
  if (repeat !== undefined) sequence.wrote(ecx);
  return true;
};

const enter: Maker = (sequence, form) => {
  const { random } = sequence;
  const bytes = form.size / 8;
  const level = random.chance(0.5) ? 0 : random.below(4);
  const allocated = sequence.interruptible ? 0 : random.below(24);
  sequence.stackRoom({ push: 16 * bytes + 24 });
  // A nested frame's pointers are read above EBP's place: initial or pushed, never what an interrupt may have left.
  const lowest = sequence.interruptible ? sequence.esp - sequence.stack + 16 : 64;
  const highest = slot.stack_bytes - 16;
  if (lowest >= highest) return false;
  sequence.want(ebp, sequence.stack + lowest + random.below(highest - lowest));
  sequence.stackRoom({ push: 16 * bytes + 24 });
  const sized = form.size === 16 ? [0x66] : [];
  // Two immediates of different sizes: written out here.
  sequence.add([...sized, ...form.opcode, ...littleEndian(allocated, 2), level + (random.chance(0.1) ? 32 : 0)], {
    form,
  });
  sequence.pushed(bytes * (1 + level) + allocated);
  sequence.wrote(ebp);
  return true;
};

const leave: Maker = (sequence, form) => {
  const { random } = sequence;
  const bytes = form.size / 8;
  const highest = Math.min(sequence.stack_ceiling, sequence.stack + slot.stack_bytes - 16) - bytes;
  const lowest = sequence.interruptible ? sequence.esp : sequence.stack + 40;
  if (highest <= lowest) return false;
  const above = random.below(highest - lowest);
  const frame = lowest + (sequence.interruptible ? above & ~1 : above);
  sequence.want(ebp, frame);
  emit(sequence, form);
  sequence.pushed(sequence.esp - frame - bytes);
  return true;
};

const xlat: Maker = (sequence, form) => {
  const narrow = sequence.low && sequence.random.chance(0.3);
  sequence.want(ebx, narrow ? ((sequence.random.word() & 0xffff0000) | sequence.data) >>> 0 : sequence.data);
  sequence.value(eax);
  emit(sequence, form, { prefixes: narrow ? [0x67] : [] });
};

const bound: Maker = (sequence, form) => {
  const { random } = sequence;
  const { size } = form;
  const candidates = [eax, ecx, edx, ebx, ebp, esi, edi].filter((at) => sequence.isFree(at) || sequence.mayChange(at));
  if (candidates.length === 0) return false;
  const reg = random.pick(candidates);
  const lower = random.below(200) - 100;
  const upper = lower + random.below(100);
  const inside = lower + random.below(upper - lower + 1);
  const index = random.chance(0.75) ? inside : random.pick([lower - 1, upper + 1, lower, upper, random.word() | 0]);
  sequence.want(reg, size === 16 ? ((random.word() << 16) | (index & 0xffff)) >>> 0 : index >>> 0);
  sequence.pinned.add(reg);
  const target = sequence.target(size / 4);
  sequence.store(target, size, lower);
  sequence.store(target + size / 8, size, upper);
  emit(sequence, form, { reg, target });
  return true;
};

const loadSegment: Maker = (sequence, form) => {
  const { random } = sequence;
  const data_selector = random.pick(sequence.data_selectors);
  if (form.row.name.startsWith("pop ")) {
    const bytes = form.size / 8;
    sequence.stackRoom({ push: bytes });
    sequence.add([...(form.size === 16 ? [0x66] : []), 0x6a, data_selector]);
    emit(sequence, form);
    return true;
  }
  if (form.memory) {
    const target = sequence.target(2);
    sequence.store(target, 16, data_selector);
    emit(sequence, form, { target, reg: random.pick(sequence.loadable) });
    return true;
  }
  const candidates = [eax, ecx, edx, ebx, ebp, esi, edi].filter((at) => sequence.isFree(at) || sequence.mayChange(at));
  if (candidates.length === 0) return false;
  const rm = random.pick(candidates);
  sequence.want(rm, ((random.word() & 0xffff0000) | data_selector) >>> 0);
  emit(sequence, form, { rm, reg: random.pick(sequence.loadable) });
  return true;
};

const loadFar: Maker = (sequence, form) => {
  const bytes = form.size / 8;
  const target = sequence.target(bytes + 2);
  sequence.store(target + bytes, 16, sequence.random.pick(sequence.data_selectors));
  emit(sequence, form, { target, access_bytes: bytes + 2 });
};

/** In flat segments CS and SS differ between a process and the core's ring 0; the other four are equal. */
const readSegment: Maker = (sequence, form) =>
  void emit(sequence, form, { access_bytes: 2, reg: sequence.random.pick(sequence.readable) });

/** AAM and AAD; a zero divisor in AAM is a divide error. */
const bcdMultiply: Maker = (sequence, form) => {
  const { random } = sequence;
  sequence.value(eax);
  emit(sequence, form, { immediate: random.chance(0.5) ? 10 : random.operand(8), fault_undefined: arithmetic_flags });
};

const compare8: Maker = (sequence, form) => {
  const { random } = sequence;
  if ([eax, ebx, ecx, edx].some((r) => sequence.locked.has(r))) return false;
  const target = sequence.target(8);
  const halves = [random.operand(32), random.operand(32)];
  sequence.store(target, 32, halves[0] ?? 0);
  sequence.store(target + 4, 32, halves[1] ?? 0);
  const equal = random.chance(0.5);
  sequence.want(eax, equal ? (halves[0] ?? 0) : random.operand(32));
  sequence.want(edx, equal || random.chance(0.5) ? (halves[1] ?? 0) : random.operand(32));
  for (const r of [eax, ebx, ecx, edx]) {
    sequence.value(r);
    sequence.pinned.add(r);
  }
  emit(sequence, form, { target, access_bytes: 8 });
  return true;
};

const lea: Maker = (sequence, form) => void emit(sequence, form, { any_address: true });

type TransferShape = "jump" | "branch" | "loop" | "call";

const makers: Record<Exclude<Shape, TransferShape>, Maker> = {
  plain: (sequence, form) => (form.row.name === "lea" ? lea : plain)(sequence, form),
  shift,
  divide,
  scan,
  bits,
  push,
  pop,
  popf,
  string,
  enter,
  leave,
  xlat,
  bound,
  into: plain,
  int3: plain,
  ud: plain,
  load_segment: loadSegment,
  load_far: loadFar,
  read_segment: readSegment,
  bcd_multiply: bcdMultiply,
  compare8,
};
