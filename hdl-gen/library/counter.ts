// Counters, each as a register under the name given.
//
//   moduloCounter       0 to modulus - 1 and around; with a power of two no comparator is needed
//   saturatingCounter   0 to max, stays at either end
//   grayCounter         as moduloCounter of a power of two, with the Gray code in a register beside it
//
// Price: log2(modulus) flip-flops and as many LUTs in a carry chain, a comparator unless the modulus is a power of two;
// the Gray counter twice the flip-flops, so that its code comes straight from registers.
import { constant, type Bit, type Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { mux } from "../language/combine.ts";
import { reg } from "../language/declare.ts";
import { indexWidth } from "../language/widths.ts";
import { toGray } from "./gray.ts";
import { requireWhole } from "./parameter.ts";

export interface ModuloCounter {
  readonly count: Bits;
  /** It counts in this cycle, from the last value to 0. */
  readonly wraps: Bit;
}

/** Counts the cycles in which `enable` is set. */
export function moduloCounter(
  m: Builder, name: string, { modulus, enable }: { readonly modulus: number; readonly enable: Bit },
): ModuloCounter {
  requireWhole(modulus, 1, `the modulus of counter "${name}"`);
  if (modulus === 1) return { count: constant(0, 1), wraps: enable };
  const width = indexWidth(modulus);
  const { [name]: count } = m.regs({ [name]: reg(width, 0, `0 to ${modulus - 1}`) });
  if (count === undefined) throw new Error(`no register "${name}"`);
  m.when(enable, () => {
    count.next = 2 ** width === modulus ? count.add(1) : mux(count.eq(modulus - 1), constant(0, width), count.add(1));
  });
  if (2 ** width !== modulus) m.assert(`${name}_stays_below_its_modulus`, count.lt(modulus));
  return { count, wraps: enable.and(count.eq(modulus - 1)) };
}

/** Counts up and down and stays within 0 to `max`; up and down in one cycle cancel out. */
export function saturatingCounter(
  m: Builder, name: string, { max, up, down }: { readonly max: number; readonly up: Bit; readonly down: Bit },
): Bits {
  requireWhole(max, 1, `the end of counter "${name}"`);
  const { [name]: count } = m.regs({ [name]: reg(indexWidth(max + 1), 0, `0 to ${max}`) });
  if (count === undefined) throw new Error(`no register "${name}"`);
  m.when(up.and(down.not(), count.ne(max)), () => { count.next = count.add(1); })
    .elsewhen(down.and(up.not(), count.ne(0)), () => { count.next = count.sub(1); });
  m.assert(`${name}_stays_within_its_ends`, count.le(max));
  return count;
}

export interface GrayCounter<N extends number = number> {
  readonly binary: Bits<N>;
  readonly gray: Bits<N>;
  /** What they will be in the coming cycle. */
  readonly binary_then: Bits<N>;
  readonly gray_then: Bits<N>;
}

/** Counts the cycles in which `enable` is set, modulo 2^width, in binary and in Gray code. */
export function grayCounter<const N extends number>(
  m: Builder, name: string, width: N, enable: Bit,
): GrayCounter<N> {
  return m.scope(name, () => {
    const r = m.regs({ binary: reg(width), gray: reg(width, 0, "the same in Gray code") });
    const { binary_then } = m.nets({ binary_then: mux(enable, r.binary.add(1), r.binary) });
    const { gray_then } = m.nets({ gray_then: toGray(binary_then) });
    r.binary.next = binary_then;
    r.gray.next = gray_then;
    m.assert("both_count_the_same", r.gray.eq(toGray(r.binary)));
    m.ghost(() => {
      const { changes } = m.nets({ changes: r.gray.xor(gray_then) });
      m.assert("one_bit_changes_at_most", changes.and(changes.sub(1)).eq(0));
    });
    return { binary: r.binary, gray: r.gray, binary_then, gray_then };
  });
}
