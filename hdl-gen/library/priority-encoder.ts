// Which is the lowest that asks?
//
//   latency    none: combinational
//   price      about one LUT for each request and bit of the index: 17 on ECP5 for 7 requests
//
// Source: J. F. Wakerly, "Digital Design: Principles and Practices", 6.5 (the 74x148).
import type { Design } from "../language/design.ts";
import { constant } from "../language/bits.ts";
import { module } from "../language/module.ts";
import { input, output, type Port } from "../language/ports.ts";
import { indexWidth } from "../language/widths.ts";
import { lowestIndex, toOneHot } from "./one-hot.ts";
import { requireWhole } from "./parameter.ts";

export type PriorityEncoderPorts<C extends number = number> = {
  readonly requests: Port<"in", C>;
  readonly any: Port<"out", 1>;
  readonly index: Port<"out">;
};

export function priorityEncoder<const C extends number>(count: C): Design<PriorityEncoderPorts<C>>;
export function priorityEncoder(count: number): Design<PriorityEncoderPorts> {
  requireWhole(count, 2, "the number of requests of a priority encoder");
  const ports: PriorityEncoderPorts = {
    requests: input(count, "bit 0 comes before all others"),
    any: output(1, "some bit is set"),
    index: output(indexWidth(count), "the lowest that is"),
  };
  return module(`priority_encoder_${count}`, `Number of the lowest of ${count} requests.`, ports, (m, io) => {
    const { lowest } = m.nets({ lowest: lowestIndex(io.requests) });
    io.any.value = io.requests.any();
    io.index.value = lowest;

    m.ghost(() => {
      const { chosen, below } = m.nets({
        chosen: toOneHot(lowest, count),
        below: toOneHot(lowest, count).sub(constant(1, count)),
      });
      m.assert("chooses_one_that_asks", io.requests.any().not().or(io.requests.and(chosen).any()));
      m.assert("none_below_asks", io.requests.any().not().or(io.requests.and(below).eq(0)));
    });
  });
}
