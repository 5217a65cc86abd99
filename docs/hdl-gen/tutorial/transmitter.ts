// Step 3: a transmitter, with a state machine and a stream.
import { flip, indexWidth, module, moves, output, reg, regNoReset, simulate, stream, waves } from "#hdl-gen";
import { fileURLToPath } from "node:url";
import { show } from "./show.ts";

// #region ports
const ports = {
  send: flip(stream(output(8, "a character"))),
  line: output(1, "high when idle"),
};
// #endregion

// #region module
export const transmitter = (clocksPerBit: number) =>
  module("transmitter", "Sends characters: start bit, eight data bits from the lowest, stop bit.", ports, (m, io) => {
    const r = m.regs({
      clock: reg(indexWidth(clocksPerBit), 0, "cycles of this bit that are over"),
      place: regNoReset(3, "of the data bit on the line"),
      shift: regNoReset(8, "the bit on the line lowest"),
    });
    const { bit_ends } = m.nets({ bit_ends: r.clock.eq(clocksPerBit - 1) });
    m.when(bit_ends, () => { r.clock.next = 0; })
      .otherwise(() => { r.clock.next = r.clock.add(1); });

    io.line.value = 1;
    const state = m.fsm("state", {
      idle: (go) => {
        m.when(io.send.valid, () => {
          r.shift.next = io.send.data;
          r.clock.next = 0;
          go("start");
        });
      },
      start: (go) => {
        io.line.value = 0;
        r.place.next = 0;
        m.when(bit_ends, () => go("data"));
      },
      data: (go) => {
        io.line.value = r.shift.bit(0);
        m.when(bit_ends, () => {
          r.shift.next = r.shift.shr(1);
          r.place.next = r.place.add(1);
          m.when(r.place.eq(7), () => go("stop"));
        });
      },
      stop: (go) => {
        m.when(bit_ends, () => go("idle"));
      },
    });
    io.send.ready.value = state.idle;
    // #endregion

    // #region properties
    m.assert("the_clock_stays_within_the_bit", r.clock.le(clocksPerBit - 1));
    m.assert("the_line_rests_high", state.idle.not().or(io.line));
    m.assert("what_is_taken_is_sent", m.past(moves(io.send)).not().or(state.start));
    m.cover("a_character_is_sent", state.stop.and(bit_ends));
    // #endregion
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // #region simulate
  const sim = simulate(transmitter(2)).reset();
  const seen = waves(sim, ["send_valid", "send_ready", "send_data", "line"]);
  const { send } = sim.io;
  send.valid = 1;
  send.data = 0x35;
  sim.step();
  send.valid = 0;
  sim.until(() => send.ready === 1, 100);
  sim.step();
  show("waves", seen.text());
  // #endregion
}
