import { Decoder, DecoderOptions, Mnemonic, RflagsBits, type Instruction } from "iced-x86";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { directedBatches } from "./campaign.ts";
import { coverage } from "./coverage.ts";
import { flag, flagLetters } from "./flags.ts";
import { forms, type Form } from "./forms.ts";
import { directedCase } from "./generate.ts";
import { analyseFlags, place, type PlacedCode } from "./program.ts";
import { table } from "./layout.ts";

const test = suite("the instruction table");

const low_slot = table.first;
const samples = 6;

/** The form's own instruction in some directed cases. */
function encodings(form: Form): PlacedCode[] {
  return Array.from({ length: samples }, (_, index) => {
    const made = directedCase(form, index, low_slot);
    const placed = made === undefined ? undefined : place(made)?.codes.find(({ code }) => code.form === form);
    assert.ok(placed, `${form.id} cannot be made`);
    return placed;
  });
}

function decoded<T>({ bytes, address }: PlacedCode, use: (instruction: Instruction) => T): T {
  const decoder = new Decoder(32, bytes, DecoderOptions.None);
  decoder.ip = BigInt(address);
  const instruction = decoder.decode();
  const result = use(instruction);
  instruction.free();
  decoder.free();
  return result;
}

/** iced's flag bits in the processor's places. */
function fromIced(bits: number): number {
  const pairs = [
    [RflagsBits.OF, flag.o],
    [RflagsBits.SF, flag.s],
    [RflagsBits.ZF, flag.z],
    [RflagsBits.AF, flag.a],
    [RflagsBits.CF, flag.c],
    [RflagsBits.PF, flag.p],
    [RflagsBits.DF, flag.d],
  ] as const;
  return pairs.reduce((mask, [theirs, ours]) => ((bits & theirs) !== 0 ? mask | ours : mask), 0);
}

/** Where the table's name stands for several of iced's, by operand size. */
const icedNames: Partial<Record<string, readonly string[]>> = {
  jecxz: ["jecxz", "jcxz"],
  cbw: ["cbw", "cwde"],
  cwd: ["cwd", "cdq"],
  pusha: ["pusha", "pushad"],
  popa: ["popa", "popad"],
  pushf: ["pushf", "pushfd"],
  popf: ["popf", "popfd"],
};

function icedNamesOf({ row }: Form): readonly string[] {
  if (row.shape === "string" && !row.name.endsWith("b")) return [`${row.name}w`, `${row.name}d`];
  if (row.name === "xchg") return ["xchg", "nop"]; // of the accumulator with itself
  return icedNames[row.name] ?? [row.name.replace(/^(push|pop) .s$/, "$1")];
}

test("every form has its own name", () => {
  assert.is(new Set(forms.map(({ id }) => id)).size, forms.length);
});

test("every form's bytes decode to the instruction it is named after, and to nothing more", () => {
  for (const form of forms)
    for (const code of encodings(form))
      decoded(code, (instruction) => {
        assert.is(instruction.length, code.bytes.length, form.id);
        const name = (Mnemonic[instruction.mnemonic] ?? "").toLowerCase();
        assert.ok(icedNamesOf(form).includes(name), `${form.id} decodes to ${name}`);
      });
});

test("the flags read, written and left undefined are those that iced-x86 lists", () => {
  for (const form of forms.filter(({ row }) => row.shape !== "shift"))
    for (const code of encodings(form))
      decoded(code, (instruction) => {
        const { reads, defined, undefined: undefined_ } = code.code.flags;
        const without_direction = ~flag.d;
        assert.is(
          flagLetters(reads & without_direction),
          flagLetters(fromIced(instruction.rflagsRead) & without_direction),
          form.id,
        );
        assert.is(flagLetters(undefined_), flagLetters(fromIced(instruction.rflagsUndefined)), form.id);
        // A repeated comparison that runs no time writes nothing.
        if (form.row.shape === "string" && defined === 0) return;
        const written = instruction.rflagsWritten | instruction.rflagsCleared | instruction.rflagsSet;
        assert.is(flagLetters(defined), flagLetters(fromIced(written)), form.id);
      });
});

test("no flag that iced-x86 calls undefined after a shift by a constant is compared", () => {
  const by_constant = forms.filter(
    ({ row, operands }) => row.shape === "shift" && operands.every(({ kind }) => kind !== "cl"),
  );
  for (const form of by_constant)
    for (const code of encodings(form))
      decoded(code, (instruction) => {
        const theirs = fromIced(instruction.rflagsUndefined);
        assert.is(flagLetters(theirs & ~code.code.flags.undefined), "", form.id);
      });
});

test("no case reads a flag without a defined value", () => {
  for (const form of forms) {
    const made = directedCase(form, 0, low_slot);
    if (made !== undefined) assert.is(analyseFlags(made.pieces).reads_undefined, undefined, form.id);
  }
});

test("the directed cases contain every form, and what they leave out has a reason", () => {
  const with_low = directedBatches(forms, 2, true);
  assert.equal(
    coverage(with_low.batches.flat()).missing.map(({ id }) => id),
    [],
  );
  assert.is(with_low.uncovered.length, 0);
  const without_low = directedBatches(forms, 2, false);
  const left_out = new Set(without_low.uncovered.map(({ form }) => form));
  assert.equal(
    coverage(without_low.batches.flat())
      .missing.filter((form) => !left_out.has(form))
      .map(({ id }) => id),
    [],
  );
});

test("no batch uses a slot twice", () => {
  for (const batch of directedBatches(forms, 2, true).batches)
    assert.is(new Set(batch.map(({ slot }) => slot)).size, batch.length);
});

test.run();
