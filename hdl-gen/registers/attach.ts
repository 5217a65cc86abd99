// The bus side of a register map, in hardware, and its hardware side, typed by kind of field.
/* oxlint-disable typescript/no-unsafe-type-assertion -- shapes are computed in the types, and follow the same tree when they run */
import { Bits, constant, type Bit } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { cat } from "../language/combine.ts";
import { net, reg } from "../language/declare.ts";
import type { Net, Register } from "../language/signal.ts";
import { indexWidth } from "../language/widths.ts";
import { REGISTER_BITS, REGISTER_BYTES, type Field, type PlacedField, type RegisterMap, type Registers } from "./map.ts";

/** What a peripheral is reached through: one access of a whole word in each cycle in which `select` holds. */
export interface RegisterBus {
  readonly select: Bit;
  readonly write: Bit;
  /** In bytes, within the peripheral. */
  readonly address: Bits;
  readonly wdata: Bits<32>;
}

/** What hardware has of a field. Where both sides act on a bit in one cycle, the side that sets it wins. */
export type HardwareSide<F> =
  F extends Field<"rw" | "wo", infer N>
    ? Bits<N>
    : F extends Field<"ro", infer N>
      ? Net<N>
      : F extends Field<"w1c" | "rc", infer N>
        ? { readonly now: Bits<N>; readonly set: Net<N> }
        : F extends Field<"w1s", infer N>
          ? { readonly now: Bits<N>; readonly clear: Net<N> }
          : never;

export interface Attached<R extends Registers> {
  readonly fields: { readonly [K in keyof R]: { readonly [F in keyof R[K]]: HardwareSide<R[K][F]> } };
  /** The selected register, in the same cycle; 0 where there is none. */
  readonly rdata: Bits<32>;
}

/** Builds the registers into module `m`; a field `enable` of register `control` is named `control_enable`. */
export function attach<R extends Registers>(m: Builder, map: RegisterMap<R>, bus: RegisterBus): Attached<R> {
  const indexBits = indexWidth(map.layout.length);
  const { register_index: index } = m.nets({ register_index: wordIndex(m, bus.address, indexBits) });
  const words: Bits[] = [];
  const fields = Object.fromEntries(
    map.layout.map(({ name, fields: placed }, i) => {
      const here = bus.select.and(index.eq(i));
      const { [`${name}_write`]: write, [`${name}_read`]: read } = m.nets({
        ...(placed.some((f) => f.access !== "ro" && f.access !== "rc") ? { [`${name}_write`]: here.and(bus.write) } : {}),
        ...(placed.some((f) => f.access === "rc") ? { [`${name}_read`]: here.and(bus.write.not()) } : {}),
      }) as Record<string, Bit>;
      const built = placed.map((f) => {
        const data = bus.wdata.slice(f.lsb + f.width - 1, f.lsb);
        return buildField(m, `${name}_${f.name}`, f, data, write ?? constant(0, 1), read ?? constant(0, 1));
      });
      words.push(wordOf(placed, built.map((b) => b.word)));
      return [name, Object.fromEntries(placed.map((f, n) => [f.name, built[n]?.side]))];
    }),
  );
  const { rdata } = m.nets({ rdata: net(32, "the register that the address selects") });
  m.match(index, words.slice(0, 2 ** indexBits).map((word, i) => [i, () => (rdata.value = word as Bits<32>)] as const), () => {
    rdata.value = 0;
  });
  const written = map.layout.flatMap((r) => r.fields).filter((f) => f.access !== "ro" && f.access !== "rc");
  const unwritten = unusedBits(bus.wdata, written);
  if (unwritten.length > 0) m.unused(...unwritten);
  return { fields, rdata } as unknown as Attached<R>;
}

/** The number of the word an address is in. What lies above or below is the bus decoder's business. */
function wordIndex(m: Builder, address: Bits, bits: number): Bits {
  const low = Math.log2(REGISTER_BYTES);
  m.unused(address.slice(low - 1, 0));
  if (address.width > low + bits) m.unused(address.slice(address.width - 1, low + bits));
  return address.slice(low + bits - 1, low);
}

/** Bits of the write data that no field takes. */
function unusedBits(data: Bits<32>, fields: readonly PlacedField[]): Bits[] {
  const taken = (bit: number): boolean => fields.some((f) => bit >= f.lsb && bit < f.lsb + f.width);
  const free: Bits[] = [];
  for (let lo = 0; lo < REGISTER_BITS; lo++) {
    if (taken(lo)) continue;
    let hi = lo;
    while (hi + 1 < REGISTER_BITS && !taken(hi + 1)) hi++;
    free.push(data.slice(hi, lo));
    lo = hi;
  }
  return free;
}

/** The field's bits as software reads them, and what hardware has of it. */
function buildField(
  m: Builder,
  name: string,
  { access, width, reset, doc }: PlacedField,
  data: Bits,
  write: Bit,
  read: Bit,
): { readonly word: Bits; readonly side: unknown } {
  const wires = (label: string, value: number | Bits): Net<number> =>
    m.nets({ [label]: typeof value === "number" ? net(value, doc) : value })[label] as Net<number>;
  const written = data.and(width === 1 ? write.as(width) : write.replicate(width));
  if (access === "ro") {
    const driven = wires(name, width);
    return { word: driven, side: driven };
  }
  if (access === "wo") return { word: constant(0, width), side: wires(name, written) };

  const held = m.regs({ [name]: reg(width, reset, doc) })[name] as Register<number>;
  if (access === "rw") {
    m.when(write, () => (held.next = data));
    return { word: held, side: held };
  }
  if (access === "w1s") {
    const clear = wires(`${name}_clear`, width);
    held.next = held.and(clear.not()).or(written);
    return { word: held, side: { now: held, clear } };
  }
  const set = wires(`${name}_set`, width);
  const cleared = access === "w1c" ? written : width === 1 ? read.as(width) : read.replicate(width);
  held.next = held.and(cleared.not()).or(set);
  return { word: held, side: { now: held, set } };
}

/** A register's word, fields in their places and 0 between them. */
function wordOf(fields: readonly PlacedField[], values: readonly Bits[]): Bits {
  const parts: Bits[] = [];
  let next = 0;
  fields.forEach((f, i) => {
    if (f.lsb > next) parts.unshift(constant(0, f.lsb - next));
    parts.unshift(values[i] ?? constant(0, f.width));
    next = f.lsb + f.width;
  });
  if (next < REGISTER_BITS) parts.unshift(constant(0, REGISTER_BITS - next));
  return cat(...parts);
}
