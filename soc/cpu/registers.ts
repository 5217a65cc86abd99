// The register file: eight general registers and eight of the microcode's, as four byte lanes so that AL, AH, AX and EAX
// are written alike. ESP is not here: the address stage keeps it, for pushes and pops move it every clock. There are two
// banks: one belongs to the task that runs, the other is filled for the one to come, or emptied of the one that was.
import { cat, input, module, mux, output, reg, type Bits } from "#hdl-gen";
import { switchPort } from "./context.ts";

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
  other: switchPort.bank,
  count: input(5, "CL in the bank in use"),
  other_count: output(5, "CL in the other bank"),
  exchange: input(1, "from the next clock on, the other bank is the one in use"),
}, (m, io) => {
  const { second, kept_count } = m.regs({
    second: reg(1, 0, "the bank in use"),
    kept_count: reg(5, 0, "CL of the other bank, as it was when that was in use or as written since"),
  });
  second.next = second.xor(io.exchange);
  m.when(io.exchange, () => { kept_count.next = io.count; })
    .elsewhen(io.other.write.and(io.other.row.eq(0)), () => { kept_count.next = io.other.wdata.slice(36, 32); });
  io.other_count.value = kept_count;
  // Even and odd registers apart: the bank that is not in use is filled two registers a clock.
  const halves = [0, 1].map((bank) => [0, 1].map((odd) => {
    const in_use = second.eq(bank);
    const lanes = [0, 1, 2, 3].map((lane) => {
      const memory = m.memory(`bank_${bank}_${odd === 0 ? "even" : "odd"}_lane_${lane}`, {
        width: 8, depth: 8, doc: `byte ${lane} of each ${odd === 0 ? "even" : "odd"} register`,
      });
      memory.write({
        address: mux(in_use, io.write.number.slice(3, 1), io.other.row.zext(3)),
        data: mux(in_use, io.write.value.slice(8 * lane + 7, 8 * lane),
          io.other.wdata.slice(32 * odd + 8 * lane + 7, 32 * odd + 8 * lane)).as(8),
        enable: mux(in_use, io.write.lanes.bit(lane).and(io.write.number.bit(0).eq(odd)), io.other.write),
      });
      return memory;
    });
    const read = (pair: Bits<3>): Bits<32> => cat(...lanes.map((lane) => lane.readAsync(pair)).toReversed()).as(32);
    return { in_use, read };
  }));
  for (const port of [io.base, io.index, io.b]) {
    const pair = port.number.slice(3, 1).as(3);
    const [first_even, first_odd, second_even, second_odd] = halves.flat().map((half) => half.read(pair));
    const odd = port.number.bit(0);
    port.value.value = mux(second, mux(odd, second_odd!, second_even!), mux(odd, first_odd!, first_even!));
  }
  // Operand a's port of the bank that is not in use reads that bank.
  const pairs = halves.map(([even, odd]) => {
    const pair = mux(even!.in_use, io.a.number.slice(3, 1), io.other.row.zext(3)).as(3);
    return { even: even!.read(pair), odd: odd!.read(pair) };
  });
  const [one, two] = [pairs[0]!, pairs[1]!];
  const odd = io.a.number.bit(0);
  io.a.value.value = mux(second, mux(odd, two.odd, two.even), mux(odd, one.odd, one.even));
  io.other.rdata.value = mux(second, cat(one.odd, one.even), cat(two.odd, two.even));
});
