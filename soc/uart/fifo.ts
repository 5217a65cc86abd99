// The 16550's FIFO: sixteen characters, or, while not enabled, the single holding register of a 16450.
import { constant, input, module, mux, output, reg, type Design } from "#hdl-gen";

export const fifoDepth = 16;

const ports = (width: number) => ({
  enabled: input(1, "sixteen characters, else one; clear the FIFO when this changes"),
  clear: input(1),
  write: { valid: input(1), data: input(width) },
  lost: output(1, "the write finds no room: the FIFO drops it, the holding register is overwritten"),
  count: output(5, "characters held"),
  front: output(width, "the oldest, if there is one"),
  take: input(1, "remove the oldest; nothing if there is none"),
});

export function fifo(width: number): Design<ReturnType<typeof ports>> {
  const doc = "UART FIFO: sixteen characters, or one.";
  return module(`uart_fifo_${width}`, doc, ports(width), (m, io) => {
    const words = m.memory("words", { width, depth: fifoDepth, doc: "only the first is used while not enabled" });
    const r = m.regs({
      head: reg(4, 0, "place of the oldest"),
      tail: reg(4, 0, "place of the next to come"),
      held: reg(5),
    });
    const { taken, full } = m.nets({
      taken: io.take.and(r.held.ne(0)),
      full: r.held.eq(mux(io.enabled, constant(fifoDepth, 5), 1)),
    });
    const { no_room } = m.nets({ no_room: full.and(taken.not()) });
    const { written } = m.nets({ written: io.write.valid.and(no_room.and(io.enabled).not()) });

    words.write({ address: r.tail, data: io.write.data, enable: written });
    m.when(io.enabled, () => {
      m.when(written, () => { r.tail.next = r.tail.add(1); });
      m.when(taken, () => { r.head.next = r.head.add(1); });
    });
    m.when(written.and(taken.not()).and(no_room.not()), () => { r.held.next = r.held.add(1); })
      .elsewhen(taken.and(written.not()), () => { r.held.next = r.held.sub(1); });
    m.when(io.clear, () => {
      r.head.next = 0;
      r.tail.next = 0;
      r.held.next = 0;
    });

    io.lost.value = io.write.valid.and(no_room);
    io.count.value = r.held;
    io.front.value = words.readAsync(r.head);
    m.assert("count_within_depth", r.held.le(fifoDepth));
  });
}
