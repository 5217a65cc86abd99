// The ends of a valid/ready stream of plain words, as the parts of the library have them.
import { flip, output, stream, type Port } from "../language/ports.ts";

/** Where items leave a part. */
export type Source<N extends number = number> = {
  readonly valid: Port<"out", 1>;
  readonly ready: Port<"in", 1>;
  readonly data: Port<"out", N>;
};
/** Where items enter a part. */
export type Sink<N extends number = number> = {
  readonly valid: Port<"in", 1>;
  readonly ready: Port<"out", 1>;
  readonly data: Port<"in", N>;
};

export const source = (width: number): Source => stream(output(width));
export const sink = (width: number): Sink => flip(stream(output(width)));
