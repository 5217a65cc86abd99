// The register file: eight general registers and eight of the microcode's, as four byte lanes so that AL, AH, AX and EAX
// are written alike. ESP is not here: the address stage keeps it, for pushes and pops move it every clock.
import { cat, input, module, output } from "#hdl-gen";

/** Numbers 0 to 7 are x86's own, 8 to 15 the microcode's. */
const readPort = { number: input(4), value: output(32, "in the same clock") } as const;

export const registerFile = module("register_file", "Four reads in the same clock, one write.", {
  base: readPort,
  index: readPort,
  a: readPort,
  b: readPort,
  write: {
    number: input(4),
    lanes: input(4, "one for each byte, lowest first; none is no write"),
    value: input(32),
  },
}, (m, io) => {
  const lanes = [0, 1, 2, 3].map((lane) => {
    const memory = m.memory(`lane_${lane}`, { width: 8, depth: 16, doc: `byte ${lane} of each register` });
    memory.write({
      address: io.write.number,
      data: io.write.value.slice(8 * lane + 7, 8 * lane).as(8),
      enable: io.write.lanes.bit(lane),
    });
    return memory;
  });
  for (const read of [io.base, io.index, io.a, io.b]) {
    read.value.value = cat(...lanes.map((lane) => lane.readAsync(read.number)).toReversed()).as(32);
  }
});
