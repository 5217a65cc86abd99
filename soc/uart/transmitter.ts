// Sends characters, each a start bit, data from bit 0 up, parity if wanted, and a stop bit of one to two bit times.
// A character that waits when a stop bit ends follows without a gap.
import { constant, indexWidth, input, module, mux, output, reg, regNoReset, type Design } from "#hdl-gen";
import { lastDataBit, lineFormat, parityBit } from "./line-format.ts";

const ports = {
  tick: input(1, "the baud generator's clock enable"),
  format: lineFormat,
  character: {
    valid: input(1, "a character waits to be sent"),
    data: input(8),
    taken: output(1, "in this cycle"),
  },
  idle: output(1, "nothing is being sent"),
  line: output(1, "high when idle"),
};

export function transmitter({ ticksPerBit }: { ticksPerBit: number }): Design<typeof ports> {
  const doc = "UART transmitter: a shift register and the time left of the bit on the line.";
  return module("uart_transmitter", doc, ports, (m, io) => {
    const ticksWidth = indexWidth(2 * ticksPerBit);
    const bitTicks = constant(ticksPerBit - 1, ticksWidth);
    const twoBitTicks = constant(2 * ticksPerBit - 1, ticksWidth);
    // Rounded up: a stop bit may be too long, but not too short.
    const oneAndAHalfBitTicks = constant(Math.ceil(1.5 * ticksPerBit) - 1, ticksWidth);
    const r = m.regs({
      ticks: reg(ticksWidth, 0, "ticks left of this bit, less one"),
      bits: regNoReset(3, "number of the data bit on the line"),
      shift: regNoReset(8, "the bit on the line lowest"),
      parity: regNoReset(1, "exclusive or of the data bits sent"),
      level: reg(1, 1, "of the line"),
    });
    const longStopTicks = mux(io.format.word_length.eq(0), oneAndAHalfBitTicks, twoBitTicks);
    const { bit_ends, stop_ticks } = m.nets({
      bit_ends: io.tick.and(r.ticks.eq(0)),
      stop_ticks: mux(io.format.long_stop, longStopTicks, bitTicks),
    });
    const { taken } = m.nets({ taken: 1 });
    m.when(io.tick.and(r.ticks.ne(0)), () => { r.ticks.next = r.ticks.sub(1); });

    const stop = (): void => {
      r.level.next = 1;
      r.ticks.next = stop_ticks;
    };
    const state = m.fsm("state", {
      idle: (go) => {
        m.when(taken, () => go("start"));
      },
      start: (go) => {
        m.when(bit_ends, () => {
          r.ticks.next = bitTicks;
          r.level.next = r.shift.bit(0);
          go("data");
        });
      },
      data: (go) => {
        m.when(bit_ends, () => {
          r.ticks.next = bitTicks;
          r.bits.next = r.bits.add(1);
          r.shift.next = r.shift.shr(1);
          r.parity.next = r.parity.xor(r.shift.bit(0));
          r.level.next = r.shift.bit(1);
          m.when(r.bits.eq(lastDataBit(io.format)), () => {
            m.when(io.format.parity, () => {
              r.level.next = parityBit(io.format, r.parity.xor(r.shift.bit(0)));
              go("parity");
            }).otherwise(() => {
              stop();
              go("stop");
            });
          });
        });
      },
      parity: (go) => {
        m.when(bit_ends, () => {
          stop();
          go("stop");
        });
      },
      stop: (go) => {
        m.when(taken, () => go("start"))
          .elsewhen(bit_ends, () => go("idle"));
      },
    });

    taken.value = io.character.valid.and(io.tick).and(state.idle.or(state.stop.and(r.ticks.eq(0))));
    m.when(taken, () => {
      r.shift.next = io.character.data;
      r.bits.next = 0;
      r.parity.next = 0;
      r.ticks.next = bitTicks;
      r.level.next = 0;
    });
    io.character.taken.value = taken;
    io.idle.value = state.idle;
    io.line.value = r.level;
    m.assert("line_is_high_when_idle", state.idle.not().or(r.level));
  });
}
