// Core and reference side by side, instruction by instruction, until they differ.
//
// Devices are not compared. What an instruction learns from the world around the processor, the reference is told from
// the core; and an interrupt that the core takes, the reference takes over as the core has it, with its frame on the
// stack. It takes none of its own.

import { flagsWatched, generalRegisters, segmentRegisters, type Architecture } from "../../sim/architecture.ts";
import type { Completed, Core, Stop } from "./core.ts";
import { decode, INSTRUCTION_BYTES_MAX, type Decoded } from "./instruction.ts";
import type { Reference, ReferenceState } from "./reference.ts";

export interface Options {
  readonly instructionsMax: number;
  /** What comes from ports, device memory, CPUID and the like is compared as well. */
  readonly compareInputs: boolean;
  /** Whether there is neither RAM nor ROM at a physical address. */
  readonly isDevice: (address: number) => boolean;
  /** Called now and then; true: stop here. */
  readonly progress: (instructions: number) => Promise<boolean>;
}

export interface Line {
  readonly instruction: number; // the first is 1
  readonly cs: number;
  readonly eip: number;
  readonly bytes: Uint8Array;
  readonly codeBig: boolean;
}

export interface Value {
  readonly register: string;
  readonly core: number;
  readonly reference: number;
}

export interface Difference {
  /** The instruction behind which, or at the end of whose exception, they are not the same. */
  readonly at: Line;
  readonly values: readonly Value[];
  /** The instructions before it, the oldest first. */
  readonly before: readonly Line[];
}

export interface Outcome {
  readonly instructions: number;
  readonly interrupts: number;
  /** `interrupt`, `input`: the reference cannot be told what the core has got from outside. */
  readonly end: Stop | "limit" | "stopped" | "interrupt" | "input" | "difference";
  readonly difference: Difference | undefined;
}

const LINES_KEPT = 10;
const PROGRESS_INSTRUCTIONS = 256;
/** Exceptions in a row that the first instruction of a handler may itself raise. */
const NESTED_EXCEPTIONS_MAX = 4;
/** An interrupt's frame, and an exception's beneath it that it has come upon. */
const IDLE_STEPS_MAX = 16;
const FRAME_BYTES = 64;
const RESUME_FLAG = 0x10000; // emulators differ in when they show it
const comparedFlags = flagsWatched & ~RESUME_FLAG;
const PAGE_BYTES = 4096;

export async function lockstep(core: Core, reference: Reference, options: Options): Promise<Outcome> {
  const lines: Line[] = [];
  let instructions = 0;
  let interrupts = 0;
  let undefinedFlags = 0; // left so by some instruction, where the reference cannot be told the core's
  // The reference begins as the core does: what registers hold after reset is a matter of the model.
  let before = core.state();
  await reference.give({ general: before.general });
  let at = await reference.state();

  const outcome = (end: Outcome["end"], difference?: Difference): Outcome => ({ instructions, interrupts, end, difference });
  const different = (line: Line, values: readonly Value[]): Outcome =>
    outcome("difference", { at: line, values, before: lines.filter((one) => one !== line).slice(-LINES_KEPT) });

  for (;;) {
    if (instructions >= options.instructionsMax) return outcome("limit");
    if (instructions % PROGRESS_INSTRUCTIONS === 0 && (await options.progress(instructions))) return outcome("stopped");

    const done = core.next();
    if (done === "halted" || done === "ended") return outcome(done);
    instructions++;
    if (done.interrupted !== undefined) {
      if (!reference.takesFlags) return outcome("interrupt");
      interrupts++;
      at = await takeOver(core, reference, done, done.interrupted);
      before = done.interrupted;
    }

    // The way into an exception's handler is a step of the reference, but no instruction of the core.
    let instruction = await decodeAt(core, reference, done, at, before);
    let line = lineOf(instructions, at, instruction, before);
    for (let nested = 0; !sameAddress(done, at); nested++) {
      remember(lines, line);
      const next = await realStep(reference, at);
      const wentOn = next.eip === (at.eip + instruction.bytes.length) >>> 0;
      const apart = !sameAddress(done, next) && (wentOn || nested === NESTED_EXCEPTIONS_MAX);
      if (apart) return different(line, placeValues(done, next));
      at = next;
      instruction = await decodeAt(core, reference, done, at, done.after);
      line = lineOf(instructions, at, instruction, done.after);
    }
    remember(lines, line);

    const after = await stepOver(reference, at, instruction);
    const input = instruction.readsWorld || instruction.reads.some((address) => options.isDevice(physical(core, at, address)));
    undefinedFlags = (undefinedFlags & ~instruction.definedFlags) | instruction.undefinedFlags;
    const flagsDiffer = ((done.after.flags ^ after.flags) & comparedFlags) !== 0;
    if (input && !options.compareInputs) {
      if (flagsDiffer && !reference.takesFlags) return outcome("input");
      await giveInput(core, reference, instruction, before, done.after, after);
      at = await reference.state();
    } else {
      const values = compare(done.after, after, undefinedFlags);
      if (values.length > 0) return different(line, values);
      at = after;
    }
    before = done.after;
    if (!reference.takesFlags) continue;
    // What is undefined must be the same from here on: PUSHF may look at it.
    undefinedFlags = 0;
    if (!flagsDiffer) continue;
    await reference.give({ flags: mergedFlags(done.after, after) });
    at = await reference.state();
  }
}

function remember(lines: Line[], line: Line): void {
  lines.push(line);
  if (lines.length > LINES_KEPT + 1) lines.shift();
}

const sameAddress = ({ linear, codeBases }: Completed, { eip }: ReferenceState): boolean =>
  codeBases.some((base) => (base + eip) >>> 0 === linear);

async function decodeAt(
  core: Core, reference: Reference, done: Completed, at: ReferenceState, state: Architecture,
): Promise<Decoded> {
  // Of the bases that CS may have had, the one that leads to the core's instruction, if any does.
  const base = done.codeBases.find((one) => (one + at.eip) >>> 0 === done.linear) ?? done.codeBases[0] ?? 0;
  const address = (base + at.eip) >>> 0;
  const inPage = PAGE_BYTES - (address % PAGE_BYTES) >= INSTRUCTION_BYTES_MAX;
  const bytes = inPage ? core.read(physical(core, at, address), INSTRUCTION_BYTES_MAX) : undefined;
  return decode(bytes ?? (await reference.read(address, INSTRUCTION_BYTES_MAX)), state);
}

const lineOf = (
  instruction: number, { selectors, eip }: ReferenceState, { bytes }: Decoded, { codeBig }: Architecture,
): Line => ({ instruction, cs: selectors[1] ?? 0, eip, bytes, codeBig });

/** QEMU now and then reports a step that it has not taken: nothing has changed then. A jump to itself loses nothing. */
async function realStep(reference: Reference, at: ReferenceState): Promise<ReferenceState> {
  let after = await reference.step();
  for (let again = 0; again < IDLE_STEPS_MAX && sameState(after, at); again++) after = await reference.step();
  return after;
}

const sameState = (a: ReferenceState, b: ReferenceState): boolean =>
  a.eip === b.eip && a.flags === b.flags && a.general.every((value, i) => value === b.general[i]);

/** All of a repeated instruction; and HLT, at which the reference would wait for ever. */
async function stepOver(
  reference: Reference, at: ReferenceState, { halts, repeats, bytes }: Decoded,
): Promise<ReferenceState> {
  if (halts) {
    await reference.give({ eip: (at.eip + bytes.length) >>> 0 });
    return reference.state();
  }
  let after = await realStep(reference, at);
  if (repeats) while (after.eip === at.eip) after = await reference.step();
  return after;
}

function compare(core: Architecture, reference: ReferenceState, undefinedFlags: number): Value[] {
  const flags = comparedFlags & ~undefinedFlags;
  const pairs: readonly Value[] = [
    ...generalRegisters.map((register, i) => ({
      register, core: core.general[i] ?? 0, reference: reference.general[i] ?? 0,
    })),
    { register: "eflags", core: core.flags & flags, reference: reference.flags & flags },
    ...segmentRegisters.map((register, i) => ({
      register, core: core.selectors[i] ?? 0, reference: reference.selectors[i] ?? 0,
    })),
  ];
  return pairs.filter((one) => one.core !== one.reference);
}

/** Where each goes on. */
function placeValues({ linear, codeBases }: Completed, { eip }: ReferenceState): Value[] {
  return [{ register: "eip", core: (linear - (codeBases.at(-1) ?? 0)) >>> 0, reference: eip }];
}

const mergedFlags = (core: Architecture, reference: ReferenceState): number =>
  ((reference.flags & ~comparedFlags) | (core.flags & comparedFlags)) >>> 0;

/** The reference goes to the handler as the core did, with what is on the stack there. */
async function takeOver(core: Core, reference: Reference, done: Completed, entered: Architecture): Promise<ReferenceState> {
  const old = await reference.state();
  await reference.give({
    general: entered.general,
    flags: mergedFlags(entered, old),
    selectors: entered.selectors,
    eip: (done.linear - (entered.bases[1] ?? 0)) >>> 0,
  });
  const at = await reference.state();
  await copy(core, reference, at, (entered.bases[2] ?? 0) + stackPointer(entered), FRAME_BYTES);
  return at;
}

function stackPointer({ general, codeBig }: Architecture): number {
  const esp = general[generalRegisters.indexOf("esp")] ?? 0;
  return codeBig ? esp : esp & 0xffff;
}

/** What the core has read from outside: registers, flags, and what INS or MOVS has put into memory. */
async function giveInput(
  core: Core, reference: Reference, instruction: Decoded, before: Architecture, after: Architecture, at: ReferenceState,
): Promise<void> {
  await reference.give({ general: after.general, flags: mergedFlags(after, at) });
  if (!instruction.fillsMemory) return;
  const [from = 0, to = 0] = [before, after].map(({ general }) => general[generalRegisters.indexOf("edi")] ?? 0);
  // Downwards the last element is above EDI, and the first one at where EDI was.
  const first = Math.min(from, to);
  await copy(core, reference, at, (after.bases[0] ?? 0) + first, Math.abs(to - from) + 4);
}

async function copy(core: Core, reference: Reference, at: ReferenceState, linear: number, count: number): Promise<void> {
  const end = linear + count;
  for (let address = linear; address < end; ) {
    const part = Math.min(end, (Math.floor(address / PAGE_BYTES) + 1) * PAGE_BYTES) - address;
    const place = address >>> 0;
    const where = physical(core, at, place);
    const bytes = core.read(where, part);
    if (bytes !== undefined) await reference.write(place, where, bytes);
    address += part;
  }
}

/** Through the page tables, as they are in the core's memory (Intel SDM 3, 4.3); what is not mapped stays as it is. */
function physical(core: Core, { pageTables }: ReferenceState, linear: number): number {
  if (pageTables === undefined) return linear;
  const entry = (table: number, index: number): number => {
    const bytes = core.read(((table & 0xfffff000) >>> 0) + 4 * index, 4);
    return bytes === undefined ? 0 : Buffer.from(bytes).readUInt32LE();
  };
  const [present, large] = [0x1, 0x80];
  const directory = entry(pageTables, linear >>> 22);
  if ((directory & present) === 0) return linear;
  if ((directory & large) !== 0) return ((directory & 0xffc00000) | (linear & 0x3fffff)) >>> 0;
  const page = entry(directory, (linear >>> 12) & 0x3ff);
  return (page & present) === 0 ? linear : ((page & 0xfffff000) | (linear & 0xfff)) >>> 0;
}
