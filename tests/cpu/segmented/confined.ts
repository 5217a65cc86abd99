// Random cases that need not be aimed: their segments confine them. Each piece loads segments, asks about them, or
// touches memory around their limits; the first fault ends the case.
import { randomFrom, seedOf } from "../random.ts";
import { place, type Case } from "../program.ts";
import { forms } from "../forms.ts";
import { emit } from "../operands.ts";
import { esp, Sequence } from "../sequence.ts";
import { access, stack, string } from "./accesses.ts";
import { code_bytes, index, makeEnvironment, selectorOf, stacks, type Confined } from "./environment.ts";
import { window } from "./descriptors.ts";
import { excursion, far, nearCall, nearOutside } from "./far.ts";
import { forbidden, interrupt, long, singleStep } from "./forbidden.ts";
import { slot } from "./layout.ts";
import { load, query, read } from "./loads.ts";

type Make = (confined: Confined) => void;

const register_forms = forms.filter(({ row, memory, operands }) => {
  if (row.shape !== "plain" || memory) return false;
  return operands.every(
    ({ kind }) => kind === "rm" || kind === "register" || kind === "immediate" || kind === "accumulator",
  );
});

const ordinary: Make = ({ sequence }) => {
  const form = sequence.random.pick(register_forms);
  sequence.defineFlags(form.flags.reads);
  emit(sequence, form);
};

/** How often each kind of piece comes. */
const weights: readonly (readonly [number, Make])[] = [
  [30, access],
  [12, string],
  [18, stack],
  [18, load],
  [8, read],
  [16, query],
  [16, far],
  [2, excursion],
  [4, nearCall],
  [2, nearOutside],
  [3, forbidden],
  [3, interrupt],
  [2, long],
  [1, singleStep],
  [8, ordinary],
];
const total = weights.reduce((sum, [weight]) => sum + weight, 0);

const attempts_max = 100;
const code_offset_max = 0x400;

export function confinedCase(seed: number, slot_address: number, pieces: number): Case {
  for (let attempt = 0; attempt < attempts_max; attempt++) {
    const made = attemptCase(seedOf("confined", seed, slot_address, attempt), slot_address, pieces);
    if (made !== undefined) return { ...made, name: `segments ${seed}`, seed };
  }
  throw new Error(`seed ${seed} gives no case that fits`);
}

function attemptCase(seed: number, slot_address: number, pieces: number): Case | undefined {
  const random = randomFrom(seedOf("environment", seed));
  const code_offset = random.below(code_offset_max);
  const environment = makeEnvironment(random, slot_address, code_offset);
  const begin = random.pick([index.code_32, index.code_16, index.execute_only]);
  const begun = environment.descriptors[begin];
  const data = () => random.pick([index.data, index.page, index.down_16, index.read_only, index.other, index.down_32]);
  const held = { cs: begin, ss: random.pick(stacks), ds: data(), es: data(), fs: data(), gs: data() };
  const sequence = new Sequence(seed, 0);
  const confined: Confined = { sequence, environment, held: { ...held }, checks_alignment: false };
  const initial_esp = initialStack(confined);
  sequence.initial[esp] = initial_esp;
  sequence.known.registers[esp] = undefined;
  for (let i = 0; i < pieces; i++) {
    let choice = random.below(total);
    const make = weights.find(([weight]) => (choice -= weight) < 0)?.[1] ?? ordinary;
    sequence.straight(() => {
      make(confined);
    });
  }
  const test = sequence.finish("");
  const made: Case = {
    ...test,
    slot: slot_address,
    code_offset,
    data: contents(randomFrom(seedOf("contents", seed))),
    stack: new Uint8Array(0),
    segments: {
      descriptors: environment.descriptors,
      selectors: {
        cs: selectorOf(held.cs),
        ss: selectorOf(held.ss),
        ds: selectorOf(held.ds),
        es: selectorOf(held.es),
        fs: selectorOf(held.fs),
        gs: selectorOf(held.gs),
      },
      bits: begun?.is_32 === false ? 16 : 32,
      base: slot_address + slot.memory,
      code_bytes,
    },
  };
  return place(made) === undefined ? undefined : made;
}

function initialStack({ sequence, environment, held }: Confined): number {
  const { random } = sequence;
  const descriptor = environment.descriptors[held.ss];
  if (descriptor === undefined) return 0;
  const { first, last } = window(descriptor);
  const at = first + random.below(last - first + 1);
  return (descriptor.is_32 ? at : (random.word() & 0xffff0000) | (at & 0xffff)) >>> 0;
}

/** Where no code is, a transfer that went astray ends at once: hlt. */
const nothing = 0xf4;

/** Of the data's words, so many are such that carries and signs change. */
const telling_words = 128;

function contents(random: ReturnType<typeof randomFrom>): Uint8Array {
  const memory = new Uint8Array(slot.memory_bytes);
  const words = new Uint32Array(memory.buffer, code_bytes);
  for (let at = 0; at < words.length; at++) words[at] = random.word();
  for (let i = 0; i < telling_words; i++) words[random.below(words.length)] = random.operand(32);
  return memory.fill(nothing, 0, code_bytes);
}
