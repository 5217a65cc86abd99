// Pieces that touch memory around the limits of segments: memory operands of every form, strings, the stack.
import { arithmetic_flags, shiftEffect, shiftKind, type FlagEffect } from "../flags.ts";
import { forms, type Form } from "../forms.ts";
import { emit } from "../operands.ts";
import { littleEndian } from "../program.ts";
import { ebp, ecx, edi, esi, esp } from "../sequence.ts";
import type { Shape } from "../table.ts";
import { window } from "./descriptors.ts";
import { aim, anySegment, heldIn, prefixOf, type Confined } from "./environment.ts";

/** Those of which nothing but their memory operand must be prepared. */
const simple_shapes = new Set<Shape>(["plain", "divide", "scan", "bits", "bound", "compare8", "read_segment", "shift"]);

const isDoubleByCount = ({ row, operands }: Form) =>
  row.name.startsWith("sh") && row.name.endsWith("d") && operands.some(({ kind }) => kind === "cl");

const memory_forms = forms.filter(
  (form) =>
    simple_shapes.has(form.row.shape) &&
    !isDoubleByCount(form) &&
    (form.memory || form.operands.some(({ kind }) => kind === "offset" || kind === "memory")),
);

function accessBytes(form: Form): number {
  if (form.row.shape === "compare8") return 8;
  if (form.row.shape === "bound") return form.size / 4;
  if (form.row.shape === "read_segment") return 2;
  const memory = form.operands.find(({ kind }) => kind === "rm" || kind === "memory" || kind === "offset");
  return memory !== undefined && "size" in memory ? memory.size / 8 : 4;
}

function effect(form: Form, immediate: number): { flags: FlagEffect; fault_undefined: number } {
  const { shape, name } = form.row;
  if (shape === "divide")
    return { flags: { reads: 0, defined: 0, undefined: arithmetic_flags }, fault_undefined: arithmetic_flags };
  if (shape !== "shift") return { flags: form.flags, fault_undefined: 0 };
  const by_cl = form.operands.some(({ kind }) => kind === "cl");
  const by_one = form.operands.some(({ kind }) => kind === "one");
  return {
    flags: shiftEffect(shiftKind(name), form.size, by_cl ? undefined : by_one ? 1 : immediate),
    fault_undefined: 0,
  };
}

/** One instruction with a memory operand, mostly in a segment that its prefix names. */
export function access(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const form = random.pick(memory_forms);
  const { shape } = form.row;
  const named = random.chance(0.7) ? anySegment(random) : undefined;
  const bytes = accessBytes(form);
  const target = aim(random, heldIn(confined, named ?? "ds"), bytes);
  // A double shift of 16 bits by more leaves its result undefined.
  const immediate = shape === "shift" ? random.below(form.size === 8 ? 34 : 16) : undefined;
  const { flags, fault_undefined } = effect(form, immediate ?? 0);
  const reg = shape === "bits" || shape === "scan" ? random.pick([ecx, ebp, esi, edi]) : undefined;
  if (shape === "bits" && reg !== undefined && form.modrm === "register")
    sequence.want(reg, (random.below(512) - 256) >>> 0);
  if (reg !== undefined) sequence.pinned.add(reg);
  sequence.defineFlags(flags.reads);
  emit(sequence, form, {
    target,
    flags,
    fault_undefined,
    prefixes: named === undefined ? [] : [prefixOf(named)],
    ...(immediate === undefined ? {} : { immediate }),
    ...(reg === undefined ? {} : { reg }),
    ...(shape === "read_segment" ? { reg: random.below(6) } : {}),
  });
  // BSF and BSR of zero leave their destination undefined.
  if (shape === "scan" && reg !== undefined) {
    sequence.add([0xb8 + reg, ...littleEndian(random.word(), 4)]);
    sequence.wrote(reg);
  }
}

const string_forms = forms.filter(({ row }) => row.shape === "string");

/** A string instruction that begins or ends around a limit. */
export function string(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const form = random.pick(string_forms);
  const compares = form.row.name.startsWith("cmps") || form.row.name.startsWith("scas");
  const repeat = random.chance(0.7) ? random.pick(compares ? [0xf2, 0xf3] : [0xf3]) : undefined;
  const count = repeat === undefined ? 1 : random.below(12);
  const narrow = random.chance(0.4);
  const named = random.chance(0.5) ? anySegment(random) : undefined;
  const bytes = Math.max(1, count) * (form.size / 8);
  const down = random.chance(0.4);
  const last = down ? bytes - form.size / 8 : 0;
  const upper = narrow ? random.word() & 0xffff0000 : 0;
  const pointer = (name: Parameters<typeof heldIn>[1]) => {
    const at = (aim(random, heldIn(confined, name), bytes, 0.7) + last) >>> 0;
    return (narrow ? upper | (at & 0xffff) : at) >>> 0;
  };
  sequence.want(esi, pointer(named ?? "ds"));
  sequence.want(edi, pointer("es"));
  sequence.want(ecx, (narrow ? (random.word() & 0xffff0000) | count : count) >>> 0);
  sequence.wantDirection(down);
  const flags = compares && count > 0 ? form.flags : { reads: 0, defined: 0, undefined: 0 };
  const prefixes = [
    ...(narrow ? [0x67] : []),
    ...(repeat === undefined ? [] : [repeat]),
    ...(named === undefined ? [] : [prefixOf(named)]),
  ];
  emit(sequence, form, { prefixes, flags });
  if (repeat !== undefined) sequence.wrote(ecx);
}

/** Those of segment registers are loads.ts's business. */
const pushes = forms.filter(({ row }) => row.shape === "push" && !row.name.startsWith("push "));
const pops = forms.filter(({ row }) => row.shape === "pop");
const enters = forms.filter(({ row }) => row.shape === "enter");
const leaves = forms.filter(({ row }) => row.shape === "leave");

/** An offset in the stack segment; of a 16-bit one, with anything in the upper half. */
function inStack(confined: Confined, at: number): number {
  if (heldIn(confined, "ss")?.is_32 === true) return at >>> 0;
  return ((confined.sequence.random.word() & 0xffff0000) | (at & 0xffff)) >>> 0;
}

/** Bytes that the stack segment has. */
export function stackRoom(confined: Confined): number {
  const descriptor = heldIn(confined, "ss");
  if (descriptor === undefined) return 0;
  const { first, last } = window(descriptor);
  return last - first + 1;
}

function loadStackPointer({ sequence }: Confined, to: number): void {
  sequence.add([0xbc, ...littleEndian(to, 4)]);
  // The sequence's own aiming must not count on it.
  sequence.known.registers[esp] = undefined;
}

/** ESP such that so many bytes can be popped, or a few of them not. */
export function setStack(confined: Confined, bytes: number, inside?: number): void {
  loadStackPointer(confined, inStack(confined, aim(confined.sequence.random, heldIn(confined, "ss"), bytes, inside)));
}

/** The same for pushes. */
export function setStackTop(confined: Confined, bytes: number, inside?: number): void {
  const lowest = aim(confined.sequence.random, heldIn(confined, "ss"), bytes, inside);
  loadStackPointer(confined, inStack(confined, lowest + bytes));
}

const framePointer = (confined: Confined, bytes: number, inside?: number): number =>
  inStack(confined, aim(confined.sequence.random, heldIn(confined, "ss"), bytes, inside));

/** Pushes or pops, ENTER or LEAVE at the stack's limits. */
export function stack(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const one = (form: Form) => {
    sequence.defineFlags(form.flags.reads);
    const named = anySegment(random);
    const choices = form.memory
      ? { target: aim(random, heldIn(confined, named), form.size / 8, 0.8), prefixes: [prefixOf(named)] }
      : {};
    emit(sequence, form, choices);
    sequence.known.registers[esp] = undefined;
  };
  const kind = random.below(5);
  if (kind <= 1) {
    const picked = Array.from({ length: 1 + random.below(3) }, () => random.pick(kind === 0 ? pushes : pops));
    // Where SP wraps, POPA may be misaligned and outside: which comes first is each processor's own.
    const all = picked.filter(({ row }) => row.name !== "popa" || !confined.checks_alignment);
    const bytes = all.reduce((sum, { size, row }) => sum + (size / 8) * (row.name.endsWith("a") ? 8 : 1), 0);
    if (kind === 0) setStackTop(confined, bytes);
    else setStack(confined, bytes);
    all.forEach(one);
  } else if (kind === 2) {
    enter(confined, random.pick(enters));
  } else if (kind === 3) {
    sequence.want(ebp, framePointer(confined, 4));
    one(random.pick(leaves));
  } else {
    popFlags(confined);
  }
}

function enter(confined: Confined, form: Form): void {
  const { sequence } = confined;
  const { random } = sequence;
  const bytes = form.size / 8;
  // Where SP wraps, what EBP's upper half becomes is each processor's own.
  if (bytes === 4 && heldIn(confined, "ss")?.is_32 !== true) return;
  const level = random.chance(0.4) ? 0 : random.below(5);
  const allocated = random.chance(0.8) ? random.below(64) : random.below(0x10000);
  setStackTop(confined, bytes * (1 + level) + Math.min(allocated, 64));
  sequence.want(ebp, framePointer(confined, bytes * level + bytes, 0.8));
  const head = form.size === 16 ? [0x66] : [];
  sequence.add([...head, ...form.opcode, ...littleEndian(allocated, 2), level], { form });
  sequence.wrote(ebp);
  sequence.known.registers[esp] = undefined;
}

const alignment_check = 0x40000;

/** Flags from the stack, now and then with alignment checks on. */
function popFlags(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const image = (sequence.flagsImage() | (random.chance(0.3) ? alignment_check : 0)) >>> 0;
  if ((image & alignment_check) !== 0) confined.checks_alignment = true;
  setStackTop(confined, 4, 1);
  sequence.add([0x68, ...littleEndian(image, 4)]);
  sequence.add([0x9d], { flags: { reads: 0, defined: arithmetic_flags | 0x400, undefined: 0 } });
  sequence.known.direction = (image & 0x400) !== 0;
  sequence.known.registers[esp] = undefined;
}
