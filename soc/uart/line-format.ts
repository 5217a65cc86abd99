// What a character looks like on the line: LCR's low bits, shared by transmitter and receiver.
import { constant, input, mux, type Bit, type Bits } from "#hdl-gen";

export const lineFormat = {
  word_length: input(2, "data bits, less five"),
  long_stop: input(1, "two stop bits, one and a half for words of five"),
  parity: input(1, "there is a parity bit"),
  parity_even: input(1),
  parity_stick: input(1, "the parity bit is the complement of parity_even"),
};

export interface LineFormat {
  readonly word_length: Bits<2>;
  readonly long_stop: Bit;
  readonly parity: Bit;
  readonly parity_even: Bit;
  readonly parity_stick: Bit;
}

/** The parity bit that belongs to data whose bits' exclusive or is `dataParity`. */
export const parityBit = (format: LineFormat, dataParity: Bit): Bit =>
  format.parity_even.not().xor(dataParity.and(format.parity_stick.not()));

/** The number of the last data bit. */
export const lastDataBit = (format: LineFormat): Bits<3> => format.word_length.zext(3).add(4);

/** Bits in a character from start to stop, a long stop bit counted as two: 7 to 12. */
export const characterBits = (format: LineFormat): Bits<4> =>
  format.word_length.zext(4).add(mux(format.parity, constant(8, 4), 7)).add(format.long_stop.zext(4));
