// Random designs: everything the language has, put together so that it elaborates.
/* oxlint-disable typescript/no-unsafe-type-assertion -- what is made at random has no static type */
import {
  Bits,
  array,
  cat,
  constant,
  decode,
  enumeration,
  input,
  module,
  mux,
  output,
  reg,
  regNoReset,
  type Builder,
  type Bundle,
  type Choice,
  type ChoiceRegister,
  type Design,
  type Net,
  type Register,
} from "../index.ts";
import { condition, expression, WIDTHS, type Pool } from "./expression.ts";
import type { Random } from "./random.ts";

const DEPTH = 3;
type Driver = (value: Bits) => void;

/** A module of the given name; with `level` above 0 it has instances of others. */
export function randomDesign(r: Random, name: string, level: number): Design {
  const children = level === 0 ? [] : Array.from({ length: 1 + r.below(2) }, (_, i) => randomDesign(r, `${name}_${i}`, level - 1));
  const inputs = Object.fromEntries(Array.from({ length: 3 + r.below(4) }, (_, i) => [`a${i}`, input(r.pick(WIDTHS))]));
  const outputs = Object.fromEntries(Array.from({ length: 2 + r.below(4) }, (_, i) => [`y${i}`, output(r.pick(WIDTHS))]));
  const ports: Bundle = { in: inputs, pair: array(2, { x: input(8), z: output(r.pick(WIDTHS)) }), out: outputs };
  return module(name, "Made at random.", ports, (m, io) => {
    const { in: ins, out: outs, pair } = io as {
      in: Record<string, Bits>;
      out: Record<string, Net<number>>;
      pair: readonly { x: Bits; z: Net<number> }[];
    };
    const pool: Pool = { named: [...Object.values(ins), ...pair.map((p) => p.x)], choices: [], memories: [] };
    const state = declareState(r, m, pool);
    addMemories(r, m, pool);
    for (let i = 0; i < 4 + r.below(6); i++) addNet(r, m, pool, `n${i}`);
    children.forEach((child, i) => {
      for (let n = 0; n < 1 + r.below(2); n++) addInstance(r, m, pool, child, `u${i}_${n}`);
    });
    for (let i = 0; i < 2 + r.below(4); i++) addNet(r, m, pool, `late${i}`);
    addFsm(r, m, pool);
    state(pool);
    const all = [...Object.values(outs), ...pair.map((p) => p.z)];
    for (const out of all) drive(r, m, pool, out.width, (value) => (out.value = value), true);
  });
}

/** Registers, which everything may read; what comes back drives them once everything is there. */
function declareState(r: Random, m: Builder, pool: Pool): (pool: Pool) => void {
  const count = 2 + r.below(4);
  const declared = Array.from({ length: count }, () => {
    const width = r.pick(WIDTHS);
    return r.oneIn(3) ? regNoReset(width) : reg(width, r.bits(width));
  });
  const of = enumeration("mode", ["one", "two", "three", "four", "five"].slice(0, 2 + r.below(4)));
  const { plain, mode } = m.regs({ plain: declared, mode: reg(of, r.pick(of.names)) }) as unknown as {
    plain: readonly Register<number>[];
    mode: ChoiceRegister<string>;
  };
  pool.named.push(...plain);
  pool.choices.push(mode);
  return (complete) => {
    for (const register of plain) {
      drive(r, m, complete, register.width, (value) => (register.next = value), false);
      overridePart(r, m, complete, register.width, (hi, lo, value) => (register.part(hi, lo).next = value));
    }
    m.when(condition(r, complete, 2), () => (mode.next = r.pick(of.names)))
      .elsewhen(condition(r, complete, 2), () => (mode.next = mux(condition(r, complete, 1), mode as Choice<string>, r.pick(of.names))));
  };
}

function addMemories(r: Random, m: Builder, pool: Pool): void {
  const count = r.below(3);
  for (let i = 0; i < count; i++) {
    const bits = 2 + r.below(3);
    const width = r.pick([4, 8, 32, 36, 64]);
    const depth = 2 ** bits;
    const memory = m.memory(`mem${i}`, { width, depth, init: Array.from({ length: depth }, () => r.bits(width)) });
    const named = (label: string, w: number): Bits => {
      const made = m.nets({ [`mem${i}_${label}`]: expression(r, pool, w, 2) });
      return Object.values(made)[0] as Bits;
    };
    // Two ports never write the same word: one has the even words, the other the odd ones.
    const half = (bit: number): Bits => cat(expression(r, pool, bits - 1, 1), constant(bit, 1));
    const byteEnable = r.oneIn(2) ? { byteEnable: named("be", r.pick([2, 4])) } : {};
    memory.write({ address: half(0), data: named("data", width), enable: condition(r, pool, 1), ...byteEnable });
    pool.named.push(memory.readSync(`mem${i}_r`, { address: expression(r, pool, bits, 2), enable: condition(r, pool, 1) }));
    if (r.oneIn(2)) {
      const port = { address: half(1), data: named("pdata", width), enable: condition(r, pool, 1), write: condition(r, pool, 1) };
      pool.named.push(memory.port(`mem${i}_p`, port));
    }
    pool.memories.push(memory);
  }
}

function addNet(r: Random, m: Builder, pool: Pool, name: string): void {
  const width = r.pick(WIDTHS);
  switch (r.below(5)) {
    case 0:
    case 1: {
      const { [name]: net } = m.nets({ [name]: expression(r, pool, width, DEPTH) });
      pool.named.push(net as Bits);
      return;
    }
    case 2:
    case 3: {
      const nets = m.nets({ [name]: width, [`${name}_b`]: r.pick(WIDTHS) }) as Record<string, Net<number>>;
      const [first, second] = Object.values(nets) as [Net<number>, Net<number>];
      if (r.oneIn(2)) {
        drive(r, m, pool, first.width, (value) => (first.value = value), true);
        overridePart(r, m, pool, first.width, (hi, lo, value) => (first.part(hi, lo).value = value));
        drive(r, m, pool, second.width, (value) => (second.value = value), true);
      } else {
        // Both under the same conditions, the second following the first: they must not share a block.
        first.value = expression(r, pool, first.width, 1);
        second.value = expression(r, pool, second.width, 1);
        m.when(condition(r, pool, 2), () => {
          first.value = expression(r, pool, first.width, 2);
          second.value = expression(r, { ...pool, named: [first] }, second.width, 2);
        });
      }
      pool.named.push(first, second);
      return;
    }
    default:
      addDecoder(r, m, pool, name);
  }
}

function addDecoder(r: Random, m: Builder, pool: Pool, name: string): void {
  const on = r.pick(pool.named);
  const fixed = Math.min(3, on.width);
  const rest = "?".repeat(on.width - fixed);
  const rows = Object.fromEntries(
    Array.from({ length: 2 ** fixed }, (_, i): [string, object] => [
      `${i.toString(2).padStart(fixed, "0")} ${rest}`,
      { unit: r.pick(["none", "alu", "move"]), value: r.bits(5) },
    ]).filter(() => !r.oneIn(3)),
  );
  m.scope(name, () => {
    const table = { ...rows, otherwise: { unit: "alu" } } as Readonly<Record<string, { unit?: "none" | "alu" | "move"; value?: bigint }>>;
    const d = decode(m, on, { unit: ["none", "alu", "move"], value: 5 }, table);
    pool.named.push(d.value);
    pool.choices.push(d.unit);
  });
}

function addInstance(r: Random, m: Builder, pool: Pool, of: Design, name: string): void {
  const given = (tree: unknown): unknown => {
    if (Array.isArray(tree)) return tree.map(given);
    const item = tree as { direction?: string; width: number };
    if (item.direction === "in") return expression(r, pool, item.width, 2);
    if (item.direction === "out") return undefined;
    const entries = Object.entries(tree as object).map(([k, v]) => [k, given(v)] as const);
    return Object.fromEntries(entries.filter(([, v]) => v !== undefined && Object.keys(v as object).length > 0));
  };
  const yields = m.instance(name, of, given(of.ports));
  const collect = (tree: unknown): Bits[] => {
    if (tree instanceof Bits) return [tree];
    return typeof tree === "object" && tree !== null ? Object.values(tree).flatMap(collect) : [];
  };
  pool.named.push(...collect(yields));
}

function addFsm(r: Random, m: Builder, pool: Pool): void {
  const names = ["idle", "first", "second", "third", "last"].slice(0, 1 + r.below(5));
  const { led } = m.nets({ led: 4 });
  led.value = r.below(16);
  const states = m.fsm(
    "state",
    Object.fromEntries(
      names.map((n) => [n, (go: (to: string) => void) => {
        m.when(condition(r, pool, 1), () => go(r.pick(names)));
        if (r.oneIn(2)) led.value = expression(r, pool, 4, 1).as(4);
      }]),
    ),
  );
  pool.named.push(led, m.nets({ in_first_state: Object.values(states)[0] as Bits }).in_first_state);
}

/** Sometimes lets a condition override some of the bits. */
function overridePart(r: Random, m: Builder, pool: Pool, width: number, to: (hi: number, lo: number, value: Bits) => void): void {
  if (width === 1 || !r.oneIn(3)) return;
  const lo = r.below(width);
  const hi = lo + r.below(width - lo);
  m.when(condition(r, pool, 2), () => to(hi, lo, expression(r, pool, hi - lo + 1, 2)));
}

/** Drives something in one of the ways there are; with `always` on every path. */
function drive(r: Random, m: Builder, pool: Pool, width: number, to: Driver, always: boolean): void {
  const value = (): Bits => expression(r, pool, width, 2);
  const set = (): void => to(value());
  switch (r.below(5)) {
    case 0:
      set();
      return;
    case 1: {
      if (always) set();
      const chain = m.when(condition(r, pool, 2), () => {
        if (r.oneIn(2)) m.when(condition(r, pool, 1), set);
        else set();
      });
      if (r.oneIn(2)) chain.elsewhen(condition(r, pool, 2), set);
      return;
    }
    case 2:
      m.when(condition(r, pool, 2), set).elsewhen(condition(r, pool, 2), set).otherwise(set);
      return;
    case 3: {
      const on = expression(r, pool, r.pick([1, 2, 3, 8, 32, 40]), 2);
      const labels = [...new Set([r.bits(on.width), r.bits(on.width), r.bits(on.width)])];
      const arms = labels.map((label, i) => [i === 0 ? [label] : label, set] as const);
      m.match(on, arms, set);
      return;
    }
    default: {
      const choice = r.pick(pool.choices);
      m.match(choice, choice.enumeration.names.map((n) => [n, set] as const));
    }
  }
}
