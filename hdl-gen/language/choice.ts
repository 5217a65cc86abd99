// Choices: values with names. The names are checked by tsc here and are localparams in the Verilog.
import { Bits, type Bit } from "./bits.ts";
import { HdlError } from "./error.ts";
import { Signal, type SignalKind } from "./signal.ts";
import { Site } from "./site.ts";
import { indexWidth } from "./widths.ts";

/** What is known of an enumeration apart from the type of its names. */
export interface EnumerationBase {
  /** In small letters; `ALU_OP_ADD` is the Verilog name of `add` in `alu_op`. */
  readonly label: string;
  readonly names: readonly string[];
  readonly width: number;
  readonly at: Site;
}

/** Written as a method so that every enumeration is an `Enumeration<string>` to code that does not mind the names. */
type Choose<S extends string> = { choose(name: S): Choice<S> }["choose"];

/** Called with one of its names, it gives the constant. */
export interface Enumeration<S extends string = string> extends EnumerationBase, Choose<S> {
  readonly names: readonly S[];
  /** Bits that hold one of the names, such as a field of a wider word. */
  from(bits: Bits): Choice<S>;
  /** The number behind a name. */
  encode(name: S): number;
}

/** One of an enumeration's names, as a value. */
export interface Choice<S extends string> extends Bits {
  readonly enumeration: Enumeration<S>;
  /** It is one of these. */
  is(...names: readonly S[]): Bit;
}
export type ChoiceVal<S extends string> = Choice<S> | S;

/** Names for values; the first is 0 and the reset value of registers that do not say otherwise. */
export function enumeration<const S extends string>(label: string, names: readonly S[]): Enumeration<S> {
  const at = new Site();
  checkNames(label, names, at);
  const choose = (name: S): Choice<S> => new ChoiceConstant(self, name);
  const width = indexWidth(names.length);
  const from = (bits: Bits): Choice<S> => new ChoiceBits(self, bits.as(width).node);
  const encode = (name: S): number => Number(encodingOf(self, name));
  const self: Enumeration<S> = Object.assign(choose, { label, names, width, at, from, encode });
  return self;
}

function checkNames(label: string, names: readonly string[], at: Site): void {
  const bad = [label, ...names].find((name) => !/^[a-z0-9][a-zA-Z0-9_]*$/.test(name));
  const doubled = names.find((name, i) => names.indexOf(name) !== i);
  if (bad === undefined && doubled === undefined && names.length > 0) return;
  throw new HdlError({
    code: "enumeration-name",
    summary:
      bad !== undefined
        ? `"${bad}" cannot be a name in enumeration "${label}"`
        : doubled !== undefined
          ? `enumeration "${label}" has "${doubled}" twice`
          : `enumeration "${label}" has no names`,
    at,
    fix: "names are distinct, made of letters, digits and underscores, and start with a small letter or digit",
  });
}

export function isEnumeration(value: unknown): value is Enumeration {
  return typeof value === "function" && "label" in value && "names" in value;
}

/** The number behind a name. */
export function encodingOf(of: EnumerationBase, name: string, at?: Site): bigint {
  const index = of.names.indexOf(name);
  if (index >= 0) return BigInt(index);
  throw new HdlError({
    code: "enumeration-name",
    summary: `"${name}" is not in enumeration "${of.label}"`,
    at,
    notes: [{ at: of.at, text: `its names are ${of.names.join(", ")}` }],
    fix: "use one of its names",
  });
}

/** `ALU_OP_ADD` */
export const localparamName = (label: string, name: string): string => `${label}_${name}`.toUpperCase();

function isAmong<S extends string>(value: Bits, of: Enumeration<S>, names: readonly S[]): Bit {
  const tests = names.map((name): Bit => value.eq(new ChoiceConstant(of, name)));
  const [first, ...rest] = tests;
  return first === undefined ? new Bits(1, { op: "const", value: 0n }) : first.or(...rest);
}

export class ChoiceBits<S extends string> extends Bits implements Choice<S> {
  override readonly enumeration: Enumeration<S>;
  constructor(of: Enumeration<S>, node: Bits["node"]) {
    super(of.width, node);
    this.enumeration = of;
  }
  is(...names: readonly S[]): Bit {
    return isAmong(this, this.enumeration, names);
  }
}

export class ChoiceConstant<S extends string> extends ChoiceBits<S> {
  readonly name: S;
  constructor(of: Enumeration<S>, name: S) {
    super(of, { op: "const", value: encodingOf(of, name) });
    this.name = name;
  }
}

/** A name or a value, as a value. */
export function choiceOperand<S extends string>(value: ChoiceVal<S>, of: Enumeration<S>): Bits {
  return typeof value === "string" ? new ChoiceConstant(of, value) : value;
}

export class ChoiceSignal<S extends string> extends Signal implements Choice<S> {
  override readonly enumeration: Enumeration<S>;
  constructor(kind: SignalKind, label: string, of: Enumeration<S>, options: { reset?: bigint; doc: string; at: Site }) {
    super(kind, label, of.width, options);
    this.enumeration = of;
  }
  is(...names: readonly S[]): Bit {
    return isAmong(this, this.enumeration, names);
  }
}

export class ChoiceRegister<S extends string> extends ChoiceSignal<S> {
  get next(): undefined {
    return this.refuseRead("next");
  }
  set next(value: ChoiceVal<S>) {
    this.assign(choiceOperand(value, this.enumeration), "next");
  }
}

export class ChoiceNet<S extends string> extends ChoiceSignal<S> {
  get value(): undefined {
    return this.refuseRead("value");
  }
  set value(value: ChoiceVal<S>) {
    this.assign(choiceOperand(value, this.enumeration), "value");
  }
}
