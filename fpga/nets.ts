// What is called how in the board's Verilog, for whoever finds it again in the netlist or in nextpnr's report.

import type { Board } from "./board.ts";
import { PORTS } from "./pins.ts";

export const TOP = "pads";

/** Hierarchical names of nets begin with this, where the SoC's own begin. */
export const SOC_PATH = ["board", "soc"] as const;

/** Nets of the top module; one and the same where the machine runs on the oscillator itself. */
export interface ClockNets {
  readonly oscillator: string;
  readonly machine: string;
}

export const clockNets = ({ clock: { divisor } }: Board): ClockNets => ({
  oscillator: PORTS.clock,
  machine: divisor === 1 ? PORTS.clock : "machine_clock",
});
