// Pieces that a process may not run, or that only call the operating system; and instructions that are too long.
import { littleEndian } from "../program.ts";
import { esp } from "../sequence.ts";
import { setStackTop } from "./accesses.ts";
import { aim, anySegment, heldIn, prefixOf, type Confined } from "./environment.ts";

/** Each is #GP(0) in ring 3 with IOPL 0. */
const privileged: readonly (readonly number[])[] = [
  [0xf4], // hlt
  [0xfa], // cli
  [0xfb], // sti
  [0xec], // in al,dx
  [0xed],
  [0xee],
  [0xef],
  [0xe4, 0x80], // in al,80h
  [0xe5, 0x80],
  [0xe6, 0x80],
  [0xe7, 0x80],
  [0x6c], // insb
  [0x6d],
  [0x6e], // outsb
  [0x6f],
  [0xf3, 0x6c],
  [0xf3, 0x6e],
  [0x0f, 0x06], // clts
  [0x0f, 0x08], // invd
  [0x0f, 0x09], // wbinvd
  [0x0f, 0x30], // wrmsr
  [0x0f, 0x32], // rdmsr
  [0x0f, 0x20, 0xc0], // mov eax,cr0
  [0x0f, 0x20, 0xd1], // mov ecx,cr2
  [0x0f, 0x20, 0xda],
  [0x0f, 0x20, 0xe3],
  [0x0f, 0x22, 0xc0],
  [0x0f, 0x22, 0xd8],
  [0x0f, 0x21, 0xf8], // mov eax,dr7
  [0x0f, 0x23, 0xf8],
  [0x0f, 0x21, 0xc3],
  [0x0f, 0x00, 0xd0], // lldt ax
  [0x0f, 0x00, 0xd8], // ltr ax
  [0x0f, 0x01, 0xf0], // lmsw ax
];

/** The same with a memory operand, by opcode and ModRM's middle field. */
const privileged_memory: readonly (readonly [readonly number[], number])[] = [
  [[0x0f, 0x01], 2], // lgdt
  [[0x0f, 0x01], 3], // lidt
  [[0x0f, 0x01], 6], // lmsw
  [[0x0f, 0x01], 7], // invlpg
  [[0x0f, 0x00], 2], // lldt
  [[0x0f, 0x00], 3], // ltr
];

export function forbidden(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  sequence.value(2);
  if (random.chance(0.75)) {
    sequence.add([...(random.chance(0.2) ? [0x66] : []), ...random.pick(privileged)]);
    return;
  }
  const [opcode, field] = random.pick(privileged_memory);
  const name = anySegment(random);
  const at = aim(random, heldIn(confined, name), 6);
  sequence.add([prefixOf(name), ...opcode, (field << 3) | 5, ...littleEndian(at, 4)]);
}

const linux_system_call = 0x80;

/** INT n whose gate is the kernel's; 3 and 4 are open to all, and so is the system call, which is not made. */
export function interrupt(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const kind = random.below(4);
  if (kind === 0) {
    sequence.add(random.pick([[0xcc], [0xcd, 3], [0xcd, 4], [0xf1]]));
  } else if (kind === 1) {
    sequence.defineFlags(0x800);
    sequence.add([0xce], { flags: { reads: 0x800, defined: 0, undefined: 0 } });
  } else {
    let vector = random.below(256);
    while (vector === linux_system_call) vector = random.below(256);
    sequence.add([0xcd, vector === 3 || vector === 4 ? 0 : vector]);
  }
}

const length_max = 15;
const harmless_prefixes = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67];

/** An instruction as long as any may be, or longer. */
export function long(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const instruction = random.pick([
    [0x90],
    [0xf8],
    [0x88, 0xc8],
    [0x30, 0xdb],
    [0xb0, 0x55],
    [0x04, 0x11],
    [0x3c, 0x80],
  ]);
  const length = length_max + (random.chance(0.5) ? 0 : 1 + random.below(2));
  const prefixes = Array.from({ length: length - instruction.length }, () => random.pick(harmless_prefixes));
  const writes_flags = { reads: 0, defined: 0, undefined: 0x8d5 };
  sequence.value(0);
  sequence.value(1);
  sequence.value(3);
  sequence.add([...prefixes, ...instruction], { raw: true, flags: writes_flags });
  sequence.wrote(0);
  sequence.wrote(3);
}

const trap_flag = 0x100;

/** The trap flag: the instruction after POPF is the last. */
export function singleStep(confined: Confined): void {
  const { sequence } = confined;
  const { random } = sequence;
  const image = sequence.flagsImage() | trap_flag;
  setStackTop(confined, 4, 1);
  sequence.add([0x68, ...littleEndian(image, 4)]);
  sequence.add([0x9d], { flags: { reads: 0, defined: 0xcd5, undefined: 0 } });
  sequence.known.direction = (image & 0x400) !== 0;
  sequence.known.registers[esp] = undefined;
  sequence.add(random.pick([[0x90], [0x40], [0x9e], [0xf8], [0x9f]]));
  sequence.wrote(0);
}
