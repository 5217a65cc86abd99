// How fast hdl-gen's own simulator runs a UART that never rests: the machine's 16550 in loopback at its fastest rate,
// its FIFOs filled and emptied as software would.

import type { Measurement } from "./measurement.ts";

const FIFO_CHARACTERS = 16;
const CLOCKS_PER_BURST = FIFO_CHARACTERS * 10 * 25; // start, eight data bits, stop; 25 clocks each
const WARM_UP_BURSTS = 500;
const BURSTS = 2500;
const RUNS = 5;

export const hdlSimSpeed: Measurement = {
  id: "hdl_sim_speed",
  metric: "a UART in hdl-gen's compiled simulator",
  unit: "million cycles per CPU second",
  target: { atLeast: 10 },
  best: "not known in its host language",
  async measure() {
    const { bit, uartBench } = await import("../../soc/uart/bench.ts");
    const { sim, read, write } = uartBench({ fifos: true });
    write("MCR", bit.LOOP);
    let received = 0;
    const burst = (): void => {
      for (let i = 0; i < FIFO_CHARACTERS; i++) write("THR", 0x55 + i);
      sim.step(CLOCKS_PER_BURST);
      while ((read("LSR") & bit.DR) !== 0) {
        read("RBR");
        received++;
      }
    };
    for (let i = 0; i < WARM_UP_BURSTS; i++) burst();
    const rates = Array.from({ length: RUNS }, () => {
      const [started, cycle] = [process.cpuUsage(), sim.cycle];
      for (let i = 0; i < BURSTS; i++) burst();
      const { user, system } = process.cpuUsage(started);
      return (sim.cycle - cycle) / (user + system);
    }).toSorted((a, b) => a - b);
    const sent = (WARM_UP_BURSTS + RUNS * BURSTS) * FIFO_CHARACTERS;
    // Some of the last burst are still on the line.
    if (received < sent - FIFO_CHARACTERS) throw new Error(`of ${sent} characters only ${received} came back`);
    const [slowest = 0, median = 0, fastest = 0] = [rates[0], rates[RUNS >> 1], rates[RUNS - 1]];
    return {
      value: median,
      how:
        "16550 in loopback at 1 Mbaud, always busy; " +
        `median of ${RUNS} runs of ${BURSTS} bursts of ${FIFO_CHARACTERS} characters`,
      spread: `${slowest.toFixed(1)} to ${fastest.toFixed(1)}`,
    };
  },
};
