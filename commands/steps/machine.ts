// Everything a simulated machine needs: its compiled model, and what the simulator must know of the hardware.

import { readFile } from "node:fs/promises";

import type { MachineOptions } from "../../sim/machine.ts";
import { uartTicksPerBit } from "../../soc/clock.ts";
import { buildModel } from "./model.ts";
import { buildSoc, type BuiltSoc } from "./soc.ts";

export type BuiltMachine = MachineOptions & BuiltSoc;

// Firmware and kernel run the line at divisor 1.
const CLOCKS_PER_BIT = uartTicksPerBit;

export async function buildMachine(
  { traced, accelerated = true }: { traced: boolean; accelerated?: boolean },
): Promise<BuiltMachine> {
  const soc = await buildSoc({ accelerated });
  const verilog = await readFile(soc.verilogPath, "utf8");
  const library = await buildModel({ verilog, ramBanks: soc.ramBanks, traced });
  return { ...soc, library, clocksPerBit: CLOCKS_PER_BIT };
}
