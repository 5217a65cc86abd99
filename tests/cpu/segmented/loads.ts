// Pieces that put selectors into segment registers, take them out, or ask about them.
import { forms } from "../forms.ts";
import { emit } from "../operands.ts";
import { littleEndian } from "../program.ts";
import type { Random } from "../random.ts";
import { eax, ebp, ebx, ecx, edi, edx, esi, esp } from "../sequence.ts";
import { setStackTop, stackRoom } from "./accesses.ts";
import { aim, heldIn, loadable, prefixOf, selectorOf, stacks, writable, type Confined } from "./environment.ts";
import { descriptor_count, global_count, segment_names, user_code_selector, user_data_selector } from "./layout.ts";
import { queries } from "./queries.ts";

/**
 * Global descriptors that a Linux process and the core's harness agree on: the kernel's flat ones, those of the user,
 * the task and the local table. 30h is 64-bit code there; 60h and up belong to threads.
 */
const global_indexes = [1, 2, 3, 4, 5, 7, 8, 10];

/** Any selector: good, of the wrong kind, null, with any RPL, outside its table. */
export function anySelector(random: Random): number {
  const rpl = random.chance(0.6) ? 3 : random.below(4);
  const choices = [
    () => (random.below(descriptor_count) << 3) | 4 | rpl,
    () => (random.below(descriptor_count) << 3) | 4 | rpl,
    () => (random.pick(global_indexes) << 3) | rpl,
    () => rpl,
    () => ((descriptor_count + random.below(32)) << 3) | 4 | rpl,
    () => ((global_count + random.below(32)) << 3) | rpl,
    () => random.pick([user_code_selector, user_data_selector]),
    () => (random.pick([0x1fff, 0x1000, 0x0fff]) << 3) | (random.chance(0.5) ? 4 : 0) | rpl,
  ];
  return random.pick(choices)();
}

/** Through the flat data segment a case could reach everything: it is only asked about. */
const isFlat = (selector: number) => (selector | 3) === user_data_selector || (selector | 3) === user_code_selector;

/** Mostly one that can be loaded there. */
function selectorFor(random: Random, is_stack: boolean): number {
  if (random.chance(0.82)) return selectorOf(random.pick(is_stack ? stacks : loadable));
  if (!is_stack && random.chance(0.3)) return 0;
  for (;;) {
    const selector = anySelector(random);
    if (!isFlat(selector)) return selector;
  }
}

const registers = [eax, ecx, edx, ebx, ebp, esi, edi];
const far_loads = forms.filter(({ row }) => row.shape === "load_far");
const load_stack = [0x0f, 0xb2];
const move = forms.find(({ row, memory }) => row.shape === "load_segment" && row.name === "mov" && !memory);
const reads = forms.filter(({ row }) => row.shape === "read_segment");
const pop_of = [[0x07], undefined, [0x17], [0x1f], [0x0f, 0xa1], [0x0f, 0xa9]];
const push_of = [[0x06], [0x0e], [0x16], [0x1e], [0x0f, 0xa0], [0x0f, 0xa8]];
const segment_es = 0;
const segment_ss = 2;
const far_register: Readonly<Record<string, number>> = { les: segment_es, lds: 3, lfs: 4, lgs: 5 };

function loaded({ sequence, held }: Confined, segment: number, selector: number): void {
  const name = segment_names[segment];
  if (name === undefined) return;
  held[name] = selector >> 3;
  if (name === "ss") sequence.known.registers[esp] = undefined;
}

/** MOV, POP or a far pointer into a segment register. */
export function load(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const segment = random.pick([0, 0, 2, 3, 3, 4, 5]);
  const selector = selectorFor(random, segment === segment_ss);
  const kind = random.below(3);
  if (kind === 0 && move !== undefined) {
    const rm = random.pick(registers);
    sequence.want(rm, ((random.word() & 0xffff0000) | selector) >>> 0);
    emit(sequence, move, { rm, reg: segment });
  } else if (kind === 1) {
    const sized = random.chance(0.4) ? [0x66] : [];
    setStackTop(confined, 4, 0.9);
    sequence.add([...sized, 0x68, ...littleEndian(selector | (random.word() << 16), sized.length > 0 ? 2 : 4)]);
    sequence.add([...sized, ...(pop_of[segment] ?? [])]);
  } else if (!farPointer(confined, segment, selector)) {
    return;
  }
  loaded(confined, segment, selector);
}

/** Writes the pointer where a segment lets it, then loads it. */
function farPointer(confined: Confined, segment: number, selector: number): boolean {
  const { sequence } = confined;
  const { random } = sequence;
  const name = writable(confined, 8);
  const form = random.pick(far_loads.filter(({ row }) => far_register[row.name] === segment || segment === segment_ss));
  if (name === undefined) return false;
  const bytes = form.size / 8;
  const at = aim(random, heldIn(confined, name), bytes + 2, 0.8);
  const prefix = prefixOf(name);
  const into = (address: number) => [
    prefix,
    0x66,
    0xc7,
    0x05,
    ...littleEndian(address, 4),
    ...littleEndian(selector, 2),
  ];
  sequence.add(into((at + bytes) >>> 0));
  if (segment === segment_ss) {
    const sized = form.size === 16 ? [0x66] : [];
    const reg = random.pick(registers);
    sequence.value(reg);
    sequence.add([prefix, ...sized, ...load_stack, (reg << 3) | 5, ...littleEndian(at, 4)]);
    sequence.wrote(reg);
  } else {
    emit(sequence, form, { target: at, prefixes: [prefix], access_bytes: bytes + 2 });
  }
  return true;
}

/** MOV or PUSH from a segment register, CS and SS too. */
export function read(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  if (random.chance(0.5)) {
    const register_reads = reads.filter(({ memory }) => !memory);
    emit(sequence, random.pick(register_reads), { reg: random.below(6) });
    return;
  }
  pushSegment(confined, random.pick([16, 32]), push_of[random.below(6)] ?? []);
}

/** A 32-bit push of a segment register may leave the upper half of its cell as it was, and need not check it. */
function pushSegment(confined: Confined, size: 16 | 32, opcode: readonly number[]): void {
  const { sequence } = confined;
  if (size === 16) {
    setStackTop(confined, 2);
    sequence.add([0x66, ...opcode]);
  } else if (stackRoom(confined) >= 4) {
    setStackTop(confined, 4, 1);
    sequence.add([0x6a, 0]);
    sequence.add([0x58 + eax]);
    sequence.wrote(eax);
    sequence.add(opcode);
  }
}

/** LAR, LSL, VERR, VERW, ARPL. */
export function query(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const form = random.pick(queries);
  const selector = anySelector(random);
  if (form.memory) {
    const name = writable(confined, 8);
    if (name === undefined) return;
    const target = aim(random, heldIn(confined, name), 2, 0.9);
    const prefixes = [prefixOf(name)];
    sequence.add([...prefixes, 0x66, 0xc7, 0x05, ...littleEndian(target, 4), ...littleEndian(selector, 2)]);
    // A segment that cannot be written is #GP for ARPL by the manual, on some processors only if RPL changes.
    emit(sequence, form, { target, prefixes, own_segment: form.row.name === "arpl" });
    return;
  }
  const rm = random.pick(registers);
  sequence.want(rm, ((random.word() & 0xffff0000) | selector) >>> 0);
  sequence.pinned.add(rm);
  const reg = random.pick(registers.filter((r) => r !== rm));
  emit(sequence, form, { rm, reg });
}
