// Linear feedback shift register: a sequence of 2^width - 1 different values that looks random and costs nothing.
//
//   price   width flip-flops and one LUT for the feedback
//
// It shifts left; bit n of the tap table is bit n - 1 here. Feedback is XOR, so the state is never 0, and reset gives 1.
// Not for secrets: `width` outputs in a row reveal everything.
//
// Source: P. Alfke, "Efficient Shift Registers, LFSR Counters, and Long Pseudo-Random Sequence Generators", Xilinx
// XAPP052, 1996, table 3. The test shows for each width that its taps give the maximal period.
import type { Bit, Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { cat, xor } from "../language/combine.ts";
import { reg } from "../language/declare.ts";
import { requireParameter } from "./parameter.ts";

/** By width: the taps of a maximal sequence, counted from 1. */
export const lfsrTaps: Readonly<Record<number, readonly number[]>> = {
  3: [3, 2], 4: [4, 3], 5: [5, 3], 6: [6, 5], 7: [7, 6], 8: [8, 6, 5, 4], 9: [9, 5], 10: [10, 7], 11: [11, 9],
  12: [12, 6, 4, 1], 13: [13, 4, 3, 1], 14: [14, 5, 3, 1], 15: [15, 14], 16: [16, 15, 13, 4], 17: [17, 14],
  18: [18, 11], 19: [19, 6, 2, 1], 20: [20, 17], 21: [21, 19], 22: [22, 21], 23: [23, 18], 24: [24, 23, 22, 17],
  25: [25, 22], 26: [26, 6, 2, 1], 27: [27, 5, 2, 1], 28: [28, 25], 29: [29, 27], 30: [30, 6, 4, 1], 31: [31, 28],
  32: [32, 22, 2, 1], 33: [33, 20], 34: [34, 27, 2, 1], 35: [35, 33], 36: [36, 25], 37: [37, 5, 4, 3, 2, 1],
  38: [38, 6, 5, 1], 39: [39, 35], 40: [40, 38, 21, 19], 41: [41, 38], 42: [42, 41, 20, 19], 43: [43, 42, 38, 37],
  44: [44, 43, 18, 17], 45: [45, 44, 42, 41], 46: [46, 45, 26, 25], 47: [47, 42], 48: [48, 47, 21, 20], 49: [49, 40],
  50: [50, 49, 24, 23], 51: [51, 50, 36, 35], 52: [52, 49], 53: [53, 52, 38, 37], 54: [54, 53, 18, 17], 55: [55, 31],
  56: [56, 55, 35, 34], 57: [57, 50], 58: [58, 39], 59: [59, 58, 38, 37], 60: [60, 59], 61: [61, 60, 46, 45],
  62: [62, 61, 6, 5], 63: [63, 62], 64: [64, 63, 61, 60],
};

/** A register under `name` that takes its next value in each cycle in which `enable` is set. */
export function lfsr<const N extends number>(m: Builder, name: string, width: N, enable: Bit): Bits<N> {
  const taps = lfsrTaps[width];
  requireParameter(taps !== undefined, `there are no taps for ${width} bits`, "give a width from 3 to 64");
  const [first = width, ...rest] = taps ?? [];
  const { [name]: state } = m.regs({ [name]: reg(width, 1, "pseudo-random, never 0") });
  if (state === undefined) throw new Error(`no register "${name}"`);
  const feedback = xor(state.bit(first - 1), ...rest.map((tap) => state.bit(tap - 1)));
  m.when(enable, () => { state.next = cat(state.slice(width - 2, 0), feedback).as(width); });
  m.assert(`${name}_never_gets_stuck`, state.any());
  return state;
}
