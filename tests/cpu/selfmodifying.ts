// Pieces of code that change the code ahead of them, or that of their own next turn.
//
// What a store has written is executed after the next taken jump of any kind: so every x86 has it since the 8086, and
// a piece has such a jump between its store and the changed instruction. The host processor promises more, and pieces
// that are `immediate` ask for it: the changed instruction may be the next one.
import { arithmetic_flags, flag, type FlagEffect } from "./flags.ts";
import { littleEndian } from "./program.ts";
import type { Random } from "./random.ts";
import { eax, ebp, ebx, ecx, edi, edx, esi, type Sequence } from "./sequence.ts";

/** An instruction that another may take the place of, byte for byte. */
type Victim = {
  before: readonly number[];
  /** A changed part: any bytes in `choices` may stand at `at`. */
  at: number;
  choices: (random: Random) => readonly number[];
  writes: readonly number[];
  flags: FlagEffect;
};

const registers = [eax, ecx, edx, ebx, ebp, esi, edi];

const any_flags: FlagEffect = { reads: 0, defined: 0, undefined: arithmetic_flags };

/** add, or, and, sub, xor, cmp between registers; none reads a flag. */
const between_registers = [0x01, 0x09, 0x21, 0x29, 0x31, 0x39, 0x03, 0x0b, 0x23, 0x2b, 0x33, 0x3b, 0x85, 0x89, 0x8b];

/** One byte each, and none reads a flag that may be undefined. */
const single_bytes = [0x90, 0x98, 0x99, 0xf8, 0xf9, 0xfc, 0x40, 0x48];

function victim(random: Random, free: readonly number[]): Victim {
  const r = random.pick(free);
  const bytes = (count: number) => littleEndian(random.word(), count);
  const choices: (() => Victim)[] = [
    // mov r,imm: a part of the immediate
    () => {
      const [at, count] = random.pick([
        [1, 1],
        [1, 2],
        [1, 4],
        [2, 1],
        [3, 2],
        [4, 1],
      ] as const);
      return {
        before: [0xb8 + r, ...bytes(4)],
        at,
        choices: (from) => littleEndian(from.word(), count),
        writes: [r],
        flags: { reads: 0, defined: 0, undefined: 0 },
      };
    },
    // add r,imm and its family: the operation and perhaps the immediate
    () => ({
      before: [0x81, 0xc0 | r, ...bytes(4)],
      at: 1,
      choices: (from) => {
        const operation = from.pick([0, 1, 4, 5, 6, 7]);
        return [0xc0 | (operation << 3) | r, ...littleEndian(from.word(), from.pick([0, 1, 3]))];
      },
      writes: [r],
      flags: any_flags,
    }),
    // An operation between registers becomes another
    () => ({
      before: [random.pick(between_registers), 0xc0 | (r << 3) | r],
      at: 0,
      choices: (from) => [from.pick(between_registers)],
      writes: [r],
      flags: any_flags,
    }),
    // One byte
    () => ({
      before: [random.pick(single_bytes)],
      at: 0,
      choices: (from) => [from.pick(single_bytes)],
      writes: [eax, edx],
      flags: { reads: 0, defined: 0, undefined: arithmetic_flags | flag.d },
    }),
    // Two instructions become one, or one two: mov al,imm; or al,imm; two of a byte
    () => ({
      before: [0xb0, random.below(256)],
      at: 0,
      choices: (from) =>
        from.pick([
          [0xb0, from.below(256)],
          [0x0c, from.below(256)],
          [0x90, 0x40],
          [0x66, 0x98],
        ]),
      writes: [eax],
      flags: any_flags,
    }),
    // A branch, taken or not, over one instruction
    () => ({
      before: [0xf9, 0x72, 0x01, 0x40 + r],
      at: 1,
      choices: (from) => [from.pick([0x72, 0x73, 0xeb])],
      writes: [r],
      flags: any_flags,
    }),
  ];
  return random.pick(choices)();
}

type Store = (sequence: Sequence, label: number, at: number, bytes: readonly number[]) => void;

/** A store of those bytes at label + at, one instruction that stores as many as it can. */
const direct: Store = (sequence, label, at, bytes) => {
  let done = 0;
  while (done < bytes.length) {
    const left = bytes.length - done;
    const count = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    const part = bytes.slice(done, done + count);
    const head = count === 1 ? [0xc6, 0x05] : count === 2 ? [0x66, 0xc7, 0x05] : [0xc7, 0x05];
    sequence.add([...head, 0, 0, 0, 0, ...part], {
      fixup: { label, at: head.length, bytes: 4, relative: false, addend: at + done },
    });
    done += count;
  }
};

/** Through a pointer register and STOSB, in a loop of the instruction's own. */
const byString: Store = (sequence, label, at, bytes) => {
  const [first = 0] = bytes;
  if (bytes.some((byte) => byte !== first)) {
    direct(sequence, label, at, bytes);
    return;
  }
  sequence.wantDirection(false);
  sequence.want(ecx, bytes.length);
  sequence.want(eax, ((sequence.random.word() & 0xffffff00) | first) >>> 0);
  sequence.value(edi);
  sequence.add([0xbf, 0, 0, 0, 0], { fixup: { label, at: 1, bytes: 4, relative: false, addend: at } });
  sequence.add([0xf3, 0xaa]);
  sequence.wrote(edi);
  sequence.wrote(ecx);
};

/** XCHG or MOV from a register. */
const byRegister: Store = (sequence, label, at, bytes) => {
  if (bytes.length > 1) {
    direct(sequence, label, at, bytes);
    return;
  }
  sequence.want(ebx, ((sequence.random.word() & 0xffffff00) | (bytes[0] ?? 0)) >>> 0);
  const head = [sequence.random.pick([0x86, 0x88]), 0x1d];
  sequence.add([...head, 0, 0, 0, 0], {
    fixup: { label, at: head.length, bytes: 4, relative: false, addend: at },
  });
  sequence.wrote(ebx);
};

const fillers = [
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x8d, 0x74, 0x26, 0x00],
  [0x89, 0xc0],
];

function fill(sequence: Sequence, count: number): void {
  for (let i = 0; i < count; i++) {
    sequence.value(eax);
    sequence.value(esi);
    sequence.add(sequence.random.pick(fillers));
  }
}

/** A jump of some kind to what comes next, or over what must not run. */
function jump(sequence: Sequence, label: number, may_fall_through: boolean): void {
  const { random } = sequence;
  const over = () => {
    for (let i = random.below(3); i > 0; i--) sequence.add([0x0f, 0x0b]);
    sequence.addLabel(label);
  };
  const near = (head: readonly number[], bytes: number) => {
    sequence.add([...head, ...littleEndian(0, bytes)], { fixup: { label, at: head.length, bytes, relative: true } });
    over();
  };
  const carry = { flags: { reads: 0, defined: flag.c, undefined: 0 } };
  const kind = random.below(may_fall_through ? 6 : 5);
  if (kind === 0) near([0xeb], 1);
  else if (kind === 1) near([0xe9], 4);
  else if (kind === 2) {
    sequence.add([0xf9], carry);
    near(random.pick([[0x72], [0x76]]), 1);
  } else if (kind === 5) {
    sequence.add([0xf8], carry);
    sequence.add([0x72, 0], { fixup: { label, at: 1, bytes: 1, relative: true } });
    sequence.addLabel(label);
  } else if (kind === 3) {
    sequence.value(edx);
    sequence.add([0xba, 0, 0, 0, 0], { fixup: { label, at: 1, bytes: 4, relative: false } });
    sequence.add([0xff, 0xe2]);
    sequence.wrote(edx);
    over();
  } else {
    // push label; ret
    sequence.stackRoom({ push: 4 });
    sequence.add([0x68, 0, 0, 0, 0], { fixup: { label, at: 1, bytes: 4, relative: false } });
    sequence.add([0xc3]);
    over();
  }
}

export type SelfModifying = {
  /** No jump is needed between the store and what it changes. */
  immediate: boolean;
};

/** Store, jump, changed instruction. */
function ahead(sequence: Sequence, options: SelfModifying): void {
  const { random } = sequence;
  const one = victim(
    random,
    registers.filter((r) => !sequence.locked.has(r)),
  );
  if (one.writes.some((r) => sequence.locked.has(r))) return;
  for (const r of registers) sequence.value(r);
  const changed = sequence.label();
  const store = random.pick(sequence.locked.size > 0 ? [direct] : [direct, direct, byString, byRegister]);
  store(sequence, changed, one.at, one.choices(random));
  fill(sequence, random.below(4));
  if (!options.immediate || random.chance(0.3)) {
    if (sequence.locked.has(edx)) return;
    jump(sequence, sequence.label(), options.immediate);
    fill(sequence, random.below(3));
  }
  sequence.addLabel(changed);
  emitVictim(sequence, one);
}

function emitVictim(sequence: Sequence, one: Victim): void {
  sequence.add(one.before, { raw: true, flags: one.flags });
  for (const r of one.writes) sequence.wrote(r);
}

/** A loop whose turns change one of its own instructions for the next turn. */
function turns(sequence: Sequence): void {
  const { random } = sequence;
  if (sequence.locked.size > 0) return;
  const one = victim(random, [edx, ebx, ebp, esi]);
  if (one.writes.includes(ecx)) return;
  for (const r of registers) sequence.value(r);
  const start = sequence.label();
  const changed = sequence.label();
  sequence.want(ecx, 1 + random.below(4));
  sequence.addLabel(start);
  fill(sequence, random.below(2));
  sequence.addLabel(changed);
  emitVictim(sequence, one);
  fill(sequence, random.below(3));
  const by_counting = one.before[0] !== undefined && one.before[0] >= 0xb8 && one.before[0] <= 0xbf;
  if (by_counting && random.chance(0.5)) {
    // inc or xor of the immediate, so that every turn sees another
    const head = random.pick([
      [0xfe, 0x05],
      [0x80, 0x35],
    ]);
    const tail = head[0] === 0x80 ? [random.below(256)] : [];
    sequence.add([...head, 0, 0, 0, 0, ...tail], {
      flags: any_flags,
      fixup: { label: changed, at: head.length, bytes: 4, relative: false, addend: 1 },
    });
  } else {
    direct(sequence, changed, one.at, one.choices(random));
  }
  fill(sequence, random.below(2));
  sequence.add([0xe2, 0], { fixup: { label: start, at: 1, bytes: 1, relative: true } });
  sequence.wrote(ecx);
}

export function selfModifying(sequence: Sequence, options: SelfModifying): void {
  sequence.straight(() => {
    if (sequence.random.chance(0.6)) ahead(sequence, options);
    else turns(sequence);
  });
}
