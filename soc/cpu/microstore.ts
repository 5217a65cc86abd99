// The microassembler: routines of steps become words of the microcode memory, and words become micro-operations again.
import { enumeration, input, module, type Enumeration } from "#hdl-gen";
import { microcode, microcodeLabels } from "./microcode.ts";
import { microOpColumns, Next } from "./microop.ts";
import { outputsOf, unpacked, widthOf } from "./shape.ts";

/** Address bits of the microcode memory. */
export const microcodeAddressWidth = 10;

/** Whether a step changes the size of the operands that follow. */
export const OperandsFrom = enumeration("operands_from", ["instruction", "words", "doublewords"]);

/** The fields of a word, lowest first. */
const wordShape = {
  ...microOpColumns,
  next: Next,
  goes_to: microcodeAddressWidth,
  /** The condition's likely outcome: it holds. */
  expected: 1,
  interruptible: 1,
  /** In two's complement. */
  constant: 8,
  /** Operands have 16 or 32 bits from here on. */
  operands: OperandsFrom,
} as const;
const wordWidth = Object.values(wordShape).reduce((sum, of) => sum + widthOf(of), 0);

function encoded(of: number | Enumeration, value: number | string): number {
  if (typeof value === "number") return value;
  return typeof of === "number" ? Number(value) : of.names.indexOf(value);
}

/** The words of the microcode memory. Errors name the routine. */
export function assemble(): readonly bigint[] {
  const depth = 2 ** microcodeAddressWidth;
  if (microcode.length > depth) throw new Error(`microcode has ${microcode.length} steps, its memory ${depth}`);
  const labelled = microcode.filter((step) => step.label !== undefined);
  if (microcodeLabels.size !== labelled.length) throw new Error("microcode: a label stands twice");
  let routine = "";
  return microcode.map((step) => {
    routine = step.label ?? routine;
    const goes_to = step.target_step === undefined ? 0 : microcodeLabels.get(step.target_step);
    if (goes_to === undefined) throw new Error(`microcode: "${routine}" goes to "${step.target_step!}", which is nowhere`);
    const { constant = 0 } = step;
    if (constant < -128 || constant > 127) throw new Error(`microcode: "${routine}" has the constant ${constant}`);
    const values: Record<string, number | string> = {
      ...step,
      next: step.next ?? "step",
      goes_to,
      constant: constant & 0xff,
      operands: step.operands === undefined ? "instruction" : step.operands === 16 ? "words" : "doublewords",
      expected: Number(step.expect === "taken"),
      interruptible: Number(step.interruptible ?? false),
    };
    let word = 0n;
    let lsb = 0n;
    for (const [name, of] of Object.entries(wordShape)) {
      const value = values[name] ?? 0;
      word |= BigInt(encoded(of, value)) << lsb;
      lsb += BigInt(widthOf(of));
    }
    return word;
  });
}

export const microcodeStore = module("microcode_store", "The microcode memory: a step, one clock after its address.", {
  address: input(microcodeAddressWidth),
  step: outputsOf(wordShape),
}, (m, io) => {
  const words = assemble();
  const memory = m.memory("words", {
    width: wordWidth,
    depth: 2 ** microcodeAddressWidth,
    init: words,
    doc: `${words.length} steps`,
  });
  const word = memory.readSync("word", { address: io.address });
  m.drive(io.step, unpacked(wordShape, word));
});
