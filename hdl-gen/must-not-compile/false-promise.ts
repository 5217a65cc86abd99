// A width that is known cannot be promised away.
import { type Bits, input, module } from "#hdl-gen";

module("m", "", { a: input(8) }, (_m, io) => {
  // TS2322: Type 'Bits<10>' is not assignable to type 'Bits<9>'.
  const x: Bits<9> = io.a.zext(10);
  x.not();
});
