// A case on the core, and what is not as it should be.
import { createCore, unused_byte, upper_half, type Outcome } from "./core.ts";
import { differences } from "./differences.ts";
import { decode, type Decoded } from "./instruction.ts";
import { physical, registers, type Case, type Form, type State } from "./states.ts";

export interface Mismatch {
  readonly what: string;
  readonly expected: number;
  readonly actual: number;
}

export interface Result {
  readonly form: Form;
  readonly test: Case;
  readonly instruction: Decoded;
  /** The entries of `differences` that applied. */
  readonly expected_otherwise: readonly string[];
  readonly mismatches: readonly Mismatch[];
}

const upperNames = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
const frame_bytes = 6;
const mismatches_shown = 10;

export function createComparison(): (form: Form, test: Case) => Result {
  const run = createCore();
  return (form, test) => {
    const instruction = decode(test);
    const applying = differences.filter((one) => one.appliesTo(test, instruction, form.name));
    const after = applying.reduce<State | undefined>(
      (state, one) => state && one.expected(test, state, instruction, form.name), test.after);
    const mismatches = after === undefined ? [] : compare(test, after, run(test), form.flags_mask);
    return { form, test, instruction, expected_otherwise: applying.map(({ name }) => name), mismatches };
  };
}

function compare({ before }: Case, after: State, outcome: Outcome, flags_mask: number): Mismatch[] {
  const found: Mismatch[] = [];
  const expect = (what: string, expected: number, actual: number, mask = 0xffff): void => {
    if ((expected & mask) !== (actual & mask)) found.push({ what, expected: expected & mask, actual: actual & mask });
  };
  expect("HLT reached", 1, Number(outcome.halted));
  // The states before an instruction have bits in FLAGS by chance that real mode cannot set; an instruction that writes
  // no flags leaves them.
  const unchanged = after.registers.flags === before.registers.flags;
  for (const name of registers) {
    const mask = name === "flags" ? flags_mask & (unchanged ? 0x0fff : 0xffff) : 0xffff;
    expect(name, after.registers[name], outcome.registers[name], mask);
  }
  outcome.upper.forEach((half, i) => expect(`upper half of ${upperNames[i]}`, upper_half, half));

  // An exception's frame has the flags that an instruction leaves undefined, too.
  const { ss, sp } = after.registers;
  const framed = sp === ((before.registers.sp - frame_bytes) & 0xffff);
  const pushedFlags = framed ? physical(ss, sp + 4) : undefined;
  const maskAt = (address: number): number => {
    if (pushedFlags === undefined) return 0xff;
    return address === pushedFlags ? flags_mask & 0xff : address === pushedFlags + 1 ? flags_mask >> 8 : 0xff;
  };
  for (const address of new Set([...after.memory.keys(), ...outcome.memory.keys()])) {
    const untouched = before.memory.get(address) ?? unused_byte;
    const name = `byte at ${address.toString(16).padStart(5, "0")}`;
    expect(name, after.memory.get(address) ?? untouched, outcome.memory.get(address) ?? untouched, maskAt(address));
  }
  return found;
}

const hex = (value: number, digits = 4): string => value.toString(16).padStart(digits, "0");

/** A case in full, with what differs. */
export function report({ form, test, instruction, expected_otherwise, mismatches }: Result): string {
  const index = form.cases.indexOf(test);
  const values = registers.map((name) => `${name} ${hex(test.before.registers[name])}`);
  const code = physical(test.before.registers.cs, test.before.registers.ip);
  const data = [...test.before.memory].filter(([address]) => address < code || address >= code + test.length);
  return [
    `${form.name}, case ${index}: ${instruction.text} (${Buffer.from(instruction.bytes).toString("hex")})`,
    `  before: ${values.join("  ")}`,
    `  memory: ${data.map(([address, byte]) => `${hex(address, 5)} ${hex(byte, 2)}`).join(", ") || "none"}`,
    ...expected_otherwise.map((name) => `  not as the 80286: ${name}`),
    ...mismatches.slice(0, mismatches_shown).map(
      ({ what, expected, actual }) => `  ${what}: expected ${hex(expected)}, core has ${hex(actual)}`,
    ),
    ...(mismatches.length > mismatches_shown ? [`  and ${mismatches.length - mismatches_shown} more`] : []),
  ].join("\n");
}
