// An access to a device, and the part of a store that lies in another page: bytes put into their lanes, and taken from them.
import { cat, constant, mux, type Bit, type Bits } from "#hdl-gen";
import type { Execute } from "./execute-registers.ts";

interface Given {
  /** Of the first byte in its doubleword. */
  readonly lane: Bits<2>;
  /** The device makes the access in this clock. */
  readonly answered: Bit;
}

export function accessDevice({ m, io, r, x }: Execute, { lane, answered }: Given): void {
  // What crosses the end of a doubleword takes two accesses.
  io.device.write.value = x.memory.is("output", "store");
  io.device.io.value = x.memory.is("input", "output");
  const { next_word } = m.nets({
    next_word: mux(x.crosses_page, cat(x.second_frame, constant(0, 10)), x.physical.slice(31, 2).add(1)),
  });
  io.device.address.value = mux(r.device_second, cat(next_word, constant(0, 2)),
    mux(io.device.io, x.linear, x.physical));
  const sourceMask = mux(x.source.is("byte"), constant(1, 8),
    mux(x.source.is("word"), constant(3, 8), mux(x.source.is("pair"), constant(255, 8), 15)));
  const { lanes_both } = m.nets({ lanes_both: sourceMask.shl(lane) });
  io.device.mask.value = mux(r.device_second, lanes_both.slice(7, 4), lanes_both.slice(3, 0));
  io.device.wdata.value = mux(r.device_second, x.stored.slice(63, 32), x.stored.slice(31, 0));
  io.second_write.mask.value = lanes_both.slice(7, 4).zext(8);
  io.second_write.data.value = x.stored.slice(63, 32).zext(64);
  m.when(answered, () => { r.device_first.next = io.device.rdata; });
  const { answer } = m.nets({
    answer: mux(r.device_second, cat(io.device.rdata, r.device_first), io.device.rdata.zext(64))
      .shr(cat(lane, constant(0, 3))),
  });
  m.when(answered.and(io.device.write.not()), () => {
    r.operand.next = mux(x.source.is("byte"), answer.slice(7, 0).zext(32),
      mux(x.source.is("word"), answer.slice(15, 0).zext(32),
        mux(x.source.is("pair"), answer.slice(63, 32), answer.slice(31, 0))));
    m.when(x.source.is("pair"), () => { r.pair_low.next = answer.slice(31, 0); });
  });
}
