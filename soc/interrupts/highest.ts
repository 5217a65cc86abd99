// The number of the highest set bit, found by halving: which half is it in, which half of that, and so on.
import { cat, mux, type Bit, type Bits, type Builder } from "#hdl-gen";

/** Of sixteen bits; 0 if none is set. */
export function highestOf16(m: Builder, name: string, bits: Bits<16>): { readonly any: Bit; readonly index: Bits<4> } {
  return m.scope(name, () => {
    const { in_upper_8 } = m.nets({ in_upper_8: bits.slice(15, 8).any() });
    const { eight } = m.nets({ eight: mux(in_upper_8, bits.slice(15, 8), bits.slice(7, 0)) });
    const { in_upper_4 } = m.nets({ in_upper_4: eight.slice(7, 4).any() });
    const { four } = m.nets({ four: mux(in_upper_4, eight.slice(7, 4), eight.slice(3, 0)) });
    const { in_upper_2 } = m.nets({ in_upper_2: four.slice(3, 2).any() });
    const upper_1 = mux(in_upper_2, four.bit(3), four.bit(1));
    m.unused(four.bit(0));
    return m.nets({ any: bits.any(), index: cat(in_upper_8, in_upper_4, in_upper_2, upper_1) });
  });
}
