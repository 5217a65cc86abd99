// The register file: eight general registers and six of the microcode's, as four byte lanes so that AL, AH, AX and EAX
// are written alike. ESP is not here: the address stage keeps it, for pushes and pops move it every clock.
import { array, cat, input, module, output, type Bits } from "#hdl-gen";

/** Four bytes, lowest first, as a doubleword. */
function joined(bytes: readonly Bits<8>[]): Bits<32> {
  const [b0, b1, b2, b3] = bytes as [Bits<8>, Bits<8>, Bits<8>, Bits<8>];
  return cat(b3, b2, b1, b0);
}

export const registerFile = module("register_file", "Four reads in the same clock, one write.", {
  read: array(4, { number: input(4), value: output(32) }),
  write: { number: input(4), lanes: input(4, "one for each byte, lowest first; none is no write"), value: input(32) },
}, (m, io) => {
  const lanes = [0, 1, 2, 3].map((lane) => {
    const memory = m.memory(`lane_${lane}`, { width: 8, depth: 16, doc: `byte ${lane} of each register` });
    memory.write({
      address: io.write.number,
      data: io.write.value.slice(8 * lane + 7, 8 * lane) as Bits<8>,
      enable: io.write.lanes.bit(lane),
    });
    return memory;
  });
  for (const read of io.read) {
    read.value.value = joined(lanes.map((lane) => lane.readAsync(read.number)));
  }
});
