// Step 5: the other direction.
// #region module
import { cat, indexWidth, input, module, output, reg, regNoReset } from "#hdl-gen";

export const receiver = (clocksPerBit: number) =>
  module("receiver", "Receives characters, looking at the line in the middle of each bit.", {
    line: input(1, "in time with the clock"),
    received: { valid: output(1, "for one cycle"), data: output(8) },
  }, (m, io) => {
    const r = m.regs({
      clock: reg(indexWidth(clocksPerBit), 0, "cycles since the last look"),
      place: regNoReset(3, "of the data bit to come"),
      shift: regNoReset(8, "the newest bit highest"),
    });
    const { middle, bit_ends } = m.nets({
      middle: r.clock.eq(Math.floor(clocksPerBit / 2) - 1),
      bit_ends: r.clock.eq(clocksPerBit - 1),
    });
    m.when(bit_ends, () => { r.clock.next = 0; })
      .otherwise(() => { r.clock.next = r.clock.add(1); });

    io.received.valid.value = 0;
    m.fsm("state", {
      idle: (go) => {
        r.clock.next = 0;
        m.when(io.line.not(), () => go("start"));
      },
      start: (go) => {
        m.when(middle, () => {
          r.clock.next = 0;
          r.place.next = 0;
          m.when(io.line, () => go("idle")).otherwise(() => go("data"));
        });
      },
      data: (go) => {
        m.when(bit_ends, () => {
          r.shift.next = cat(io.line, r.shift.slice(7, 1));
          r.place.next = r.place.add(1);
          m.when(r.place.eq(7), () => go("stop"));
        });
      },
      stop: (go) => {
        m.when(bit_ends, () => {
          io.received.valid.value = io.line;
          go("idle");
        });
      },
    });
    io.received.data.value = r.shift;
  });
// #endregion
