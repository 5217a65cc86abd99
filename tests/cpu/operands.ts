// Encoding one instruction with operands that fit the sandbox.
import type { FlagEffect } from "./flags.ts";
import type { Form, Operand } from "./forms.ts";
import { littleEndian, type Fixup } from "./program.ts";
import { ebp, ebx, edi, esi, esp, type Sequence } from "./sequence.ts";

export type Choices = {
  /** Where a memory operand lies; else anywhere in the data. */
  target?: number;
  /** Bytes accessed there, if not the operand's own size. */
  access_bytes?: number;
  /** A memory operand that is not accessed: any address will do. */
  any_address?: boolean;
  /** The register operands, by their place in ModRM (or in the opcode: `reg`). */
  reg?: number;
  rm?: number;
  immediate?: number;
  /** In place of a relative displacement or an immediate. */
  label?: number;
  prefixes?: readonly number[];
  /** No override besides those in `prefixes` */
  own_segment?: boolean;
  flags?: FlagEffect;
  fault_undefined?: number;
  /** Keep to 32-bit addresses. */
  address_32?: boolean;
};

/** Segment overrides that change nothing where all segments are flat; CS only where memory is not written. */
const overrides = [0x26, 0x36, 0x3e, 0x64, 0x65];
const override_code = 0x2e;

/** A register operand of 8 bits names a part of one of the first four registers. */
export const wholeRegister = (r: number, size: number) => (size === 8 ? r & 3 : r);

function isWritten(form: Form, index: number): boolean {
  return form.row.writes.includes(index);
}

/** A register for operand `index`, bound if it is read. */
function chooseRegister(sequence: Sequence, size: number, written: boolean): number {
  for (let tries = 0; ; tries++) {
    const r = sequence.random.below(8);
    const whole = wholeRegister(r, size);
    const esp_allowed = sequence.last && sequence.random.chance(0.3);
    if (written && (whole === esp ? !esp_allowed : sequence.locked.has(whole))) {
      if (tries < 100) continue;
      throw new Error("every register is locked");
    }
    return r;
  }
}

const registerNumber = (name: string) => ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"].indexOf(name);

/** Whether the form can run here at all: it writes no locked register. */
export function canWrite(sequence: Sequence, form: Form): boolean {
  const accumulator = form.operands.some((operand) => operand.kind === "accumulator");
  return (
    form.row.clobbers.every((name) => !sequence.locked.has(registerNumber(name))) &&
    !(accumulator && sequence.locked.has(0))
  );
}

/** Adds one instruction of that form; what it writes becomes unknown. Returns where its memory operand lies, if any. */
export function emit(sequence: Sequence, form: Form, choices: Choices = {}): number | undefined {
  const { random } = sequence;
  const opcode = [...form.opcode];
  const prefixes: number[] = [...(choices.prefixes ?? [])];
  const tail: number[] = [];
  const written: number[] = [];
  let modrm: number[] = [];
  let reg = typeof form.modrm === "number" ? form.modrm : 0;
  let rm = 0;
  let target: number | undefined;
  let fixup: Fixup | undefined;

  const operandRegister = (operand: Operand & { size: number }, index: number, given: number | undefined): number => {
    const r = given ?? chooseRegister(sequence, operand.size, isWritten(form, index));
    const whole = wholeRegister(r, operand.size);
    sequence.value(whole);
    sequence.pinned.add(whole);
    if (isWritten(form, index)) written.push(whole);
    return r;
  };

  // Registers first: an address may use them only with the values they have.
  form.operands.forEach((operand, index) => {
    if (operand.kind === "register") {
      const r = operandRegister(operand, index, choices.reg);
      if (form.plus) opcode.push((opcode.pop() ?? 0) | r);
      else reg = r;
    } else if (operand.kind === "segment") {
      reg = choices.reg ?? random.pick(sequence.loadable);
    } else if (operand.kind === "rm" && !form.memory) {
      rm = operandRegister(operand, index, choices.rm);
    } else if (operand.kind === "accumulator") {
      sequence.value(0);
      sequence.pinned.add(0);
      if (isWritten(form, index)) written.push(0);
    }
  });

  form.operands.forEach((operand, index) => {
    if (operand.kind === "immediate") {
      const value = choices.immediate ?? random.operand(operand.size);
      if (choices.label !== undefined) fixup = { label: choices.label, at: 0, bytes: 4, relative: false };
      tail.push(...littleEndian(value, operand.size / 8));
    } else if (operand.kind === "relative") {
      const bytes = operand.size / 8;
      if (choices.label === undefined) throw new Error(`${form.id} needs a label`);
      fixup = { label: choices.label, at: 0, bytes, relative: true };
      tail.push(...littleEndian(0, bytes));
    } else if (operand.kind === "offset") {
      target = choices.target ?? sequence.target(operand.size / 8);
      if (sequence.low && random.chance(0.3)) {
        prefixes.push(0x67);
        tail.push(...littleEndian(target, 2));
      } else {
        tail.push(...littleEndian(target, 4));
      }
    } else if (operand.kind === "memory" || (operand.kind === "rm" && form.memory)) {
      const free = choices.any_address === true;
      target = choices.target ?? (free ? random.word() : sequence.target(choices.access_bytes ?? operand.size / 8));
      const narrow = choices.address_32 !== true && (free || sequence.low) && random.chance(0.3);
      const address = narrow ? address16(sequence, target, free) : address32(sequence, target, free);
      if (narrow) prefixes.push(0x67);
      modrm = [((address[0] ?? 0) & 0xc7) | (reg << 3), ...address.slice(1)];
      if (choices.own_segment !== true && random.chance(0.08))
        prefixes.push(isWritten(form, index) ? random.pick(overrides) : random.pick([...overrides, override_code]));
      if (form.row.lock && isWritten(form, index) && random.chance(0.06)) prefixes.push(0xf0);
    }
  });
  if (form.modrm !== undefined && modrm.length === 0) modrm = [0xc0 | (reg << 3) | rm];

  const needs_66 = form.size === 16 && (form.row.sized || form.operands.some(takesOperandSize));
  if (needs_66) prefixes.push(0x66);
  shuffle(sequence, prefixes);
  const head = [...prefixes, ...opcode, ...modrm];
  if (fixup !== undefined) fixup = { ...fixup, at: head.length };
  sequence.add([...head, ...tail], {
    form,
    flags: choices.flags ?? form.flags,
    fault_undefined: choices.fault_undefined ?? 0,
    ...(fixup === undefined ? {} : { fixup }),
  });
  for (const whole of written) sequence.wrote(whole);
  for (const name of form.row.clobbers) sequence.wrote(registerNumber(name));
  return target;
}

function takesOperandSize(operand: Operand): boolean {
  return operand.kind !== "segment" && operand.kind !== "cl" && operand.kind !== "one";
}

function shuffle(sequence: Sequence, prefixes: number[]): void {
  if (prefixes.length > 1 && sequence.random.chance(0.5)) prefixes.reverse();
}

/** ModRM (register field 0), SIB and displacement for that address. */
function address32(sequence: Sequence, target: number, free: boolean): number[] {
  const { random } = sequence;
  const displacement_mode = random.pick([0, 1, 1, 2]);
  const with_sib = random.chance(0.4);
  const scale = random.below(4);
  const index = with_sib && random.chance(0.8) ? random.pick([0, 1, 2, 3, 5, 6, 7]) : undefined;
  const base = random.chance(0.12) ? undefined : random.below(8);
  if (index !== undefined && sequence.isFree(index) && index !== base) {
    // A small index, or one far away: the base and displacement make up for it.
    sequence.want(index, random.chance(0.5) ? random.below(64) : random.word());
  }
  let index_value = index === undefined ? 0 : sequence.value(index);
  if (index !== undefined && index_value === undefined && !free) {
    if (!sequence.mayChange(index)) return absolute(target);
    sequence.want(index, random.below(256));
    index_value = sequence.value(index);
  }
  const scaled = Math.imul(index_value ?? 0, 1 << scale);

  if (base === undefined || (displacement_mode === 0 && base === ebp)) {
    const displacement = free ? random.word() : target - scaled;
    if (index === undefined && !with_sib) return [0x05, ...littleEndian(displacement, 4)];
    return [0x04, (scale << 6) | ((index ?? 4) << 3) | 5, ...littleEndian(displacement, 4)];
  }
  const small = displacement_mode === 0 ? 0 : random.below(256) - 128;
  let mode = displacement_mode;
  let displacement = small;
  if (free) {
    sequence.value(base);
    displacement = mode === 2 ? random.word() : small;
  } else {
    const known = sequence.isFree(base) ? undefined : sequence.value(base);
    const changeable = sequence.isFree(base) || (sequence.mayChange(base) && base !== index);
    if (known !== undefined && (!changeable || base === index || random.chance(0.6))) {
      displacement = (target - known - scaled) | 0;
      if (mode < 2 && (displacement < -128 || displacement > 127)) mode = 2;
      if (mode === 0 && displacement !== 0) mode = 1;
    } else if (changeable && base !== index) {
      displacement = mode === 2 ? random.operand(32) | 0 : small;
      sequence.want(base, (target - scaled - displacement) >>> 0);
    } else {
      return absolute(target);
    }
  }
  const displacement_bytes = mode === 0 ? [] : littleEndian(displacement, mode === 1 ? 1 : 4);
  if (index === undefined && base !== esp && !with_sib) return [(mode << 6) | base, ...displacement_bytes];
  return [(mode << 6) | 4, (scale << 6) | ((index ?? 4) << 3) | base, ...displacement_bytes];
}

function absolute(target: number): number[] {
  return [0x05, ...littleEndian(target, 4)];
}

/** The same in 16-bit form; the registers' upper halves do not matter. */
function address16(sequence: Sequence, target: number, free: boolean): number[] {
  const { random } = sequence;
  const rm = random.below(8);
  const pairs = [[ebx, esi], [ebx, edi], [ebp, esi], [ebp, edi], [esi], [edi], [ebp], [ebx]];
  const registers = pairs[rm] ?? [];
  let mode = random.below(3);
  if (mode === 0 && rm === 6) return [0x06, ...littleEndian(target, 2)];
  const [base = ebx, index] = registers;
  if (free) {
    for (const r of registers) sequence.value(r);
    return [(mode << 6) | rm, ...littleEndian(random.word(), mode)];
  }
  if (index !== undefined && sequence.isFree(index)) sequence.want(index, random.word());
  if (index !== undefined && sequence.value(index) === undefined) {
    if (!sequence.mayChange(index)) return [0x06, ...littleEndian(target, 2)];
    sequence.want(index, random.word());
  }
  const index_value = index === undefined ? 0 : (sequence.value(index) ?? 0);
  const known = sequence.isFree(base) ? undefined : sequence.value(base);
  let displacement = mode === 0 ? 0 : random.below(256) - 128;
  if (known !== undefined && (!sequence.mayChange(base) || random.chance(0.6))) {
    displacement = ((target - known - index_value) << 16) >> 16;
    if (mode < 2 && (displacement < -128 || displacement > 127)) mode = 2;
    if (mode === 0 && displacement !== 0) mode = 1;
  } else if (sequence.isFree(base) || sequence.mayChange(base)) {
    const low = (target - index_value - displacement) & 0xffff;
    sequence.want(base, ((random.word() & 0xffff0000) | low) >>> 0);
  } else {
    return [0x06, ...littleEndian(target, 2)];
  }
  return [(mode << 6) | rm, ...littleEndian(displacement, mode)];
}
