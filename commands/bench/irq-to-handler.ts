// How soon an interrupt's handler runs, at random moments of two rings' instructions; bench/levels has the program.

import type { Measurement } from "./measurement.ts";

const interrupts = 22_000;

export const irqToHandler: Measurement = {
  id: "irq_to_handler",
  metric: "interrupt line → first ring-0 handler instruction, worst seen over a mix of instructions in rings 0 and 3",
  unit: "cycles",
  target: { atMost: 12 },
  best: "4 (NorCAS'24), 6 (CV32RT)",
  async measure() {
    // The core's whole source: loaded only to measure, not to show help.
    const [{ measureInterrupts }, { countOf, extentText }, { delivery }] = await Promise.all([
      import("../../bench/levels/interrupts.ts"),
      import("../../bench/levels/distribution.ts"),
      import("../../bench/levels/delivery.ts"),
    ]);
    const { of } = await measureInterrupts({ interrupts });
    const text = (what: string, { clocks, longest }: typeof of.rare_0): string =>
      `${what} ${extentText(clocks)} (${longest.instruction}) of ${countOf(clocks)}`;
    const inTheWay = (from: string, inner: boolean): string => {
      const { clocks, steps, loads, stores } = delivery({ inner });
      return `from ${from} ${clocks} clocks: ${steps} steps, of them ${loads} loads and ${stores} stores`;
    };
    return {
      value: Math.max(...Object.values(of).map(({ longest }) => longest.clocks)),
      how:
        "from the clock in which the core's request is up to that in which the handler's first instruction, a PUSH, " +
        "is complete; raised 0 to 23 clocks after the last handler's return, at random; paging off; no task " +
        "switches, call gates with parameters, loads of SS in a row or code with IF clear in the mix; in brackets " +
        `what the longest waited for; ${[
          text("ring 0: compiled code", of.compiled_0),
          text("rarer instructions", of.rare_0),
          text("ring 3: compiled code", of.compiled_3),
          text("rarer instructions", of.rare_3),
        ].join(", ")}`,
      spread:
        `in the way: the delivery (soc/cpu/microcode/delivery.ts), ${inTheWay("ring 0", false)}; ` +
        `${inTheWay("ring 3", true)}; and the instruction under way`,
    };
  },
};
