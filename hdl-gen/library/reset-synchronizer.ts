// Lets an asynchronous reset begin at once and end with the clock. Ended at any other moment, it could find some
// flip-flops before an edge and others after it.
//
//   latency    begins at once; ends `stages` edges after the asynchronous reset
//   price      `stages` flip-flops
//
// Use the output as the reset of a clock: `m.withReset(io.pixel, synchronizer.reset)`.
//
// Source: C. E. Cummings, D. Mills, S. Golson, "Asynchronous & Synchronous Reset Design Techniques - Part Deux",
// SNUG 2003, figure 11.
import { constant } from "../language/bits.ts";
import { clock, clockedBy, type ClockPort } from "../language/clock.ts";
import { reg } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { module } from "../language/module.ts";
import { array, output, type Port } from "../language/ports.ts";
import { requireWhole } from "./parameter.ts";

export type ResetSynchronizerPorts = { readonly raw: ClockPort; readonly reset: Port<"out", 1> };

export function resetSynchronizer(
  { stages = 2, active = "low" }: { readonly stages?: number; readonly active?: "high" | "low" } = {},
): Design<ResetSynchronizerPorts> {
  requireWhole(stages, 2, "the number of stages of a reset synchronizer");
  const ports = {
    raw: clock({ reset: { kind: "asynchronous", active } }),
    ...clockedBy("raw", { reset: output(1, "begins with the asynchronous reset, ends with the clock") }),
  };
  const name = `reset_synchronizer_${stages}_${active}`;
  return module(name, "Ends an asynchronous reset with the clock.", ports, (m, io) => {
    m.domain(io.raw, () => {
      const { stage } = m.regs({ stage: array(stages, reg(1, 1)) });
      stage.forEach((one, i) => { one.next = stage[i - 1] ?? constant(0, 1); });
      io.reset.value = stage.at(-1) ?? constant(1, 1);
    });
  });
}
