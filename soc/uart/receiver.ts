// Receives characters. The line is looked at once in each bit, in its middle as measured from the start bit's edge; a
// start bit that is over by its middle was noise. With the edge known to one tick of `ticksPerBit`, and the last look
// nine and a half bit times later (eight data bits), the two ends' clocks may differ by about four per cent.
import { cat, indexWidth, input, module, output, regNoReset, select, type Design } from "#hdl-gen";
import { lastDataBit, lineFormat, parityBit } from "./line-format.ts";

/** A character as it goes through the FIFO. */
export const receivedCharacter = {
  data: output(8, "unused high bits are 0"),
  parity_error: output(1),
  framing_error: output(1, "the stop bit was low"),
  break_seen: output(1, "the line was low from start to stop"),
};

const ports = {
  tick: input(1, "the baud generator's clock enable"),
  format: lineFormat,
  line: input(1, "in time with the clock"),
  received: output(1, "in this cycle"),
  character: receivedCharacter,
};

export function receiver({ ticksPerBit }: { ticksPerBit: number }): Design<typeof ports> {
  const doc = "UART receiver: finds the start bit, then shifts in what it sees in the middle of each bit.";
  return module("uart_receiver", doc, ports, (m, io) => {
    const bitTicks = ticksPerBit - 1;
    const halfBitTicks = Math.floor(ticksPerBit / 2) - 1;
    const r = m.regs({
      ticks: regNoReset(indexWidth(ticksPerBit), "ticks until the line is looked at, less one"),
      bits: regNoReset(3, "number of the data bit to come"),
      shift: regNoReset(8, "data, the bit that came last highest"),
      parity: regNoReset(1, "exclusive or of the data bits"),
      wrong_parity: regNoReset(1),
      high_seen: regNoReset(1, "some bit of data or parity was high"),
    });
    const { look } = m.nets({ look: io.tick.and(r.ticks.eq(0)) });
    m.when(io.tick, () => { r.ticks.next = r.ticks.sub(1); });
    m.when(look, () => { r.ticks.next = bitTicks; });

    const state = m.fsm("state", {
      // After reset and after a break, the line must go high before a start bit can be told.
      not_ready: (go) => {
        m.when(io.line, () => go("idle"));
      },
      idle: (go) => {
        m.when(io.tick.and(io.line.not()), () => {
          r.ticks.next = halfBitTicks;
          go("start");
        });
      },
      start: (go) => {
        r.bits.next = 0;
        r.parity.next = 0;
        r.wrong_parity.next = 0;
        r.high_seen.next = 0;
        m.when(look, () => {
          m.when(io.line, () => go("idle")).otherwise(() => go("data"));
        });
      },
      data: (go) => {
        m.when(look, () => {
          r.bits.next = r.bits.add(1);
          r.shift.next = cat(io.line, r.shift.slice(7, 1));
          r.parity.next = r.parity.xor(io.line);
          r.high_seen.next = r.high_seen.or(io.line);
          m.when(r.bits.eq(lastDataBit(io.format)), () => {
            m.when(io.format.parity, () => go("parity")).otherwise(() => go("stop"));
          });
        });
      },
      parity: (go) => {
        m.when(look, () => {
          r.wrong_parity.next = io.line.ne(parityBit(io.format, r.parity));
          r.high_seen.next = r.high_seen.or(io.line);
          go("stop");
        });
      },
      stop: (go) => {
        // Without a stop bit, what is low now is taken for the next start bit; after a break, for more of the break.
        m.when(look, () => {
          m.when(io.line.or(r.high_seen), () => go("idle")).otherwise(() => go("not_ready"));
        });
      },
    });

    // One stop bit is enough to know that the character is whole.
    m.unused(io.format.long_stop);

    io.received.value = state.stop.and(look);
    io.character.data.value = select(io.format.word_length, [
      r.shift.slice(7, 3).zext(8), r.shift.slice(7, 2).zext(8), r.shift.slice(7, 1).zext(8), r.shift,
    ]);
    io.character.parity_error.value = r.wrong_parity;
    io.character.framing_error.value = io.line.not();
    io.character.break_seen.value = io.line.or(r.high_seen).not();
  });
}
