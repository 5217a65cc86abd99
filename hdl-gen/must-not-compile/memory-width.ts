// A memory word has its width.
import { input, module } from "#hdl-gen";

module("m", "", { a: input(4), data: input(9) }, (m, io) => {
  const words = m.memory("words", { width: 8, depth: 16 });
  // TS2322: Type 'Bits<9>' is not assignable to type 'Val<8>'.
  words.write({ address: io.a, data: io.data, enable: io.a.any() });
});
