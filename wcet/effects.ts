// What an instruction does to the state. Those that compilers use to move addresses and constants about are followed in
// detail; of every other, the registers and memory that it writes become unknown.
import type { ConditionName, Instruction, MemoryOperand, Operand } from "./code.ts";
import {
  any,
  constant,
  esp,
  isNoPointer,
  plain,
  sum,
  type Compared,
  type Constants,
  type State,
  type Value,
} from "./values.ts";

const word_bytes = 4;

/** A state while an instruction changes it. */
interface Draft {
  registers: Value[];
  slots: Map<number, Value>;
  flags: Compared | undefined;
  escaped: boolean;
}

const registerOf = (state: Pick<State, "registers">, number: number | undefined): Value =>
  number === undefined ? constant(0) : (state.registers[number] ?? any);

export function addressOf(
  state: Pick<State, "registers">,
  { base, index, scale, displacement, flat }: MemoryOperand,
): Value {
  if (!flat) return plain;
  const scaled = registerOf(state, index);
  const product =
    scaled.kind === "constant" ? constant(Math.imul(scaled.value, scale)) : scaled.kind === "stack" ? any : scaled;
  return sum(sum(registerOf(state, base), product), constant(displacement));
}

function load(state: Draft, at: MemoryOperand, constants: Constants): Value {
  const address = addressOf(state, at);
  const unknown = state.escaped ? any : plain;
  if (address.kind === "stack") {
    if (at.bytes !== word_bytes) return plain;
    // Above the operation's first stack pointer is what its caller left.
    return state.slots.get(address.offset) ?? (address.offset >= 0 && !state.escaped ? plain : any);
  }
  if (address.kind === "any") return any;
  const known = address.kind === "constant" && at.bytes === word_bytes ? constants(address.value >>> 0) : undefined;
  return known === undefined ? unknown : constant(known);
}

function store(state: Draft, at: MemoryOperand, value: Value): void {
  const address = addressOf(state, at);
  if (address.kind === "any") clobber(state);
  if (address.kind === "stack") forget(state, address.offset, at.bytes);
  if (address.kind === "stack" && at.bytes === word_bytes) state.slots.set(address.offset, value);
  if (address.kind !== "stack" && !isNoPointer(value)) state.escaped = true;
}

/** A store that may have gone anywhere. */
function clobber(state: Draft): void {
  state.slots.clear();
  state.escaped = true;
}

/** `bytes`: 0 if nobody knows how many. */
function forget(state: Draft, offset: number, bytes: number): void {
  if (bytes === 0) {
    clobber(state);
    return;
  }
  for (const slot of state.slots.keys()) {
    if (slot < offset + bytes && offset < slot + word_bytes) state.slots.delete(slot);
  }
}

const stackSlot = (offset: number): MemoryOperand => ({
  base: esp,
  index: undefined,
  scale: 1,
  displacement: offset,
  bytes: word_bytes,
  flat: true,
});

function push(state: Draft, value: Value): void {
  state.registers[esp] = sum(registerOf(state, esp), constant(-word_bytes));
  store(state, stackSlot(0), value);
}

function pop(state: Draft, constants: Constants): Value {
  const value = load(state, stackSlot(0), constants);
  state.registers[esp] = sum(registerOf(state, esp), constant(word_bytes));
  return value;
}

function read(state: Draft, operand: Operand | undefined, constants: Constants): Value {
  switch (operand?.kind) {
    case "register":
      return operand.whole ? registerOf(state, operand.number) : plain;
    case "immediate":
      return constant(operand.value);
    case "memory":
      return load(state, operand, constants);
    default:
      return any;
  }
}

function write(state: Draft, operand: Operand | undefined, value: Value): void {
  if (operand?.kind === "register")
    state.registers[operand.number] = operand.whole ? value : part(state, operand.number);
  if (operand?.kind === "memory") store(state, operand, value);
}

/** A register of which a part is written. */
const part = (state: Draft, number: number): Value => (isNoPointer(registerOf(state, number)) ? plain : any);

const isWhole = (operand: Operand | undefined): boolean =>
  operand?.kind === "immediate" ||
  (operand?.kind === "register" && operand.whole) ||
  (operand?.kind === "memory" && operand.bytes === word_bytes);

function compute(mnemonic: string, a: Value, b: Value): Value {
  if (mnemonic === "add") return sum(a, b);
  if (mnemonic === "sub" && b.kind === "constant") return sum(a, constant(-b.value));
  if (a.kind === "constant" && b.kind === "constant") {
    switch (mnemonic) {
      case "and":
        return constant(a.value & b.value);
      case "or":
        return constant(a.value | b.value);
      case "xor":
        return constant(a.value ^ b.value);
      case "shl":
        return constant(a.value << (b.value & 31));
      case "shr":
        return constant(a.value >>> (b.value & 31));
      case "sar":
        return constant(a.value >> (b.value & 31));
      default:
    }
  }
  return isNoPointer(a) && isNoPointer(b) ? plain : any;
}

const arithmetic = new Set(["add", "sub", "and", "or", "xor", "shl", "shr", "sar"]);

/** The state behind an instruction. Of a call it is the callee's first. */
export function after(before: State, instruction: Instruction, constants: Constants): State {
  const state: Draft = { ...before, registers: [...before.registers], slots: new Map(before.slots) };
  const {
    mnemonic,
    operands: [first, second],
  } = instruction;
  const whole = isWhole(first) && (second === undefined || isWhole(second));
  if (mnemonic === "mov" && whole) write(state, first, read(state, second, constants));
  else if (mnemonic === "lea" && whole && second?.kind === "memory") write(state, first, addressOf(state, second));
  else if (mnemonic === "xor" && isClear(first, second)) change(state, first, constant(0));
  else if (arithmetic.has(mnemonic) && whole) {
    const a = read(state, first, constants),
      b = read(state, second, constants);
    change(state, first, compute(mnemonic, a, b));
    // Of a subtraction the flags are those of the comparison.
    if (mnemonic === "sub") state.flags = compared("subtract", a, b);
  } else if ((mnemonic === "inc" || mnemonic === "dec") && whole) {
    change(state, first, sum(read(state, first, constants), constant(mnemonic === "inc" ? 1 : -1)));
  } else if ((mnemonic === "cmp" || mnemonic === "test") && whole) {
    state.flags = compared(
      mnemonic === "cmp" ? "subtract" : "and",
      read(state, first, constants),
      read(state, second, constants),
    );
  } else if (mnemonic === "push" && whole) push(state, read(state, first, constants));
  else if (mnemonic === "pop" && first?.kind === "register" && first.whole) {
    const value = pop(state, constants);
    state.registers[first.number] = value;
  } else if (mnemonic === "pushad") pushAll(state);
  else if (mnemonic === "popad") popAll(state, constants);
  else if (mnemonic === "leave") {
    const ebp = 5;
    state.registers[esp] = registerOf(state, ebp);
    state.registers[ebp] = pop(state, constants);
  } else if (instruction.flow === "call" || instruction.flow === "indirect call") {
    push(state, constant(instruction.address + instruction.bytes));
  } else other(state, instruction);
  return state;
}

const isClear = (first: Operand | undefined, second: Operand | undefined): boolean =>
  first?.kind === "register" && second?.kind === "register" && first.whole && first.number === second.number;

/** Arithmetic sets flags that are not followed. */
function change(state: Draft, operand: Operand | undefined, value: Value): void {
  write(state, operand, value);
  state.flags = undefined;
}

const compared = (operation: Compared["operation"], a: Value, b: Value): Compared | undefined =>
  a.kind === "constant" && b.kind === "constant" ? { operation, a: a.value, b: b.value } : undefined;

function pushAll(state: Draft): void {
  const values = [...state.registers];
  for (const value of values) push(state, value);
}

function popAll(state: Draft, constants: Constants): void {
  for (let number = state.registers.length - 1; number >= 0; number--) {
    const value = pop(state, constants);
    // POPA skips the place of ESP.
    if (number !== esp) state.registers[number] = value;
  }
}

/** Any other instruction: what it writes is unknown, and no pointer to the stack if it reads none. */
function other(state: Draft, { written, read: registers, memory, mnemonic, decoded }: Instruction): void {
  const loads_pointer = memory.some(
    (use) => use.reads && !isNoPointer(addressOf(state, use)) && use.bytes === word_bytes,
  );
  const source_numbers = registers.filter((number) => number !== esp);
  const reads_pointer = loads_pointer || source_numbers.some((number) => !isNoPointer(registerOf(state, number)));
  const result = reads_pointer ? any : plain;
  const places = memory.filter(({ writes }) => writes).map((use) => ({ use, address: addressOf(state, use) }));
  for (const { use, address } of places) {
    if (address.kind === "any") clobber(state);
    // A string instruction with REP writes more than one element.
    if (address.kind === "stack") forget(state, address.offset, decoded.row?.repeat === true ? 0 : use.bytes);
    else if (result.kind === "any") state.escaped = true;
  }
  const moved = stackMove(
    mnemonic,
    memory.map(({ bytes }) => bytes),
  );
  for (const number of written) {
    if (number !== esp) state.registers[number] = result;
    else state.registers[esp] = moved === undefined ? any : sum(registerOf(state, esp), constant(moved));
  }
  state.flags = undefined;
}

/** How PUSHF and the like move ESP. */
function stackMove(mnemonic: string, bytes: readonly number[]): number | undefined {
  const [size = word_bytes] = bytes;
  if (mnemonic.startsWith("push")) return -Math.max(size, 2);
  if (mnemonic.startsWith("pop")) return Math.max(size, 2);
  return undefined;
}

export const valueOf = (state: State, operand: Operand | undefined, constants: Constants): Value =>
  read({ ...state, registers: [...state.registers], slots: new Map(state.slots) }, operand, constants);

/** Where a return leads, if that is known. */
export function returnAddress({ registers, slots }: State): number | undefined {
  const top = registers[esp];
  const value = top?.kind === "stack" ? slots.get(top.offset) : undefined;
  return value?.kind === "constant" ? value.value >>> 0 : undefined;
}

/** Behind a return to the caller: what the call pushed is gone. */
export function returned(state: State, popped_bytes: number): State {
  const registers = [...state.registers];
  registers[esp] = sum(registerOf(state, esp), constant(word_bytes + popped_bytes));
  const at = registers[esp];
  if (at?.kind !== "stack") return { ...state, registers };
  // What lies below the stack pointer is nobody's any more.
  const slots = new Map([...state.slots].filter(([offset]) => offset >= at.offset));
  return { ...state, registers, slots };
}

/** Whether a condition holds; undefined if it may or may not. */
export function decided(flags: Compared | undefined, condition: ConditionName | undefined): boolean | undefined {
  if (flags === undefined || condition === undefined) return undefined;
  const { operation } = flags;
  const a = operation === "and" ? flags.a & flags.b : flags.a,
    b = operation === "and" ? 0 : flags.b;
  const ua = a >>> 0,
    ub = b >>> 0,
    difference = (a - b) | 0;
  switch (condition) {
    case "e":
      return a === b;
    case "ne":
      return a !== b;
    case "b":
      return ua < ub;
    case "ae":
      return ua >= ub;
    case "be":
      return ua <= ub;
    case "a":
      return ua > ub;
    case "l":
      return a < b;
    case "ge":
      return a >= b;
    case "le":
      return a <= b;
    case "g":
      return a > b;
    case "s":
      return difference < 0;
    case "ns":
      return difference >= 0;
  }
}
