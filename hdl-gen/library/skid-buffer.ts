// Cuts a valid/ready stream in two: no path leads from `take.ready` to `put.ready`, nor from `put` to `take`, within the
// cycle, and an item still moves in every cycle. The second register catches the item that is on its way when the taker
// stops ("skids").
//
//   latency    1 cycle
//   price      2 × width + 2 flip-flops, a 2:1 multiplexer of the width: 66 and 38 LUTs on ECP5 for 32 bits
//
// A FIFO of two items of registers does the same for more; one register alone would either keep the path or move an item
// in every other cycle.
//
// Source: C. E. LaForest, "Pipeline Skid Buffer", FPGA Design Elements; D. Gisselquist, "Building a Skid Buffer for AXI
// processing", 2019.
import { mux } from "../language/combine.ts";
import { reg, regNoReset } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { module } from "../language/module.ts";
import { keepsOffer, scoreboard } from "./scoreboard.ts";
import { sink, source, type Sink, type Source } from "./streams.ts";

export type SkidBufferPorts<N extends number = number> = { readonly put: Sink<N>; readonly take: Source<N> };

export function skidBuffer<const N extends number>(width: N): Design<SkidBufferPorts<N>>;
export function skidBuffer(width: number): Design<SkidBufferPorts> {
  const doc = `Skid buffer for items of ${width} bits: a pipeline stage whose ready is registered too.`;
  const ports: SkidBufferPorts = { put: sink(width), take: source(width) };
  return module(`skid_buffer_${width}`, doc, ports, (m, { put, take }) => {
    const r = m.regs({
      front: { valid: reg(1), data: regNoReset(width, "on offer") },
      spare: { valid: reg(1), data: regNoReset(width, "came while the front was waiting") },
    });
    const { enters, leaves } = m.nets({
      enters: put.valid.and(r.spare.valid.not()),
      leaves: r.front.valid.and(take.ready),
    });
    put.ready.value = r.spare.valid.not();
    take.valid.value = r.front.valid;
    take.data.value = r.front.data;

    m.when(r.front.valid.not().or(leaves), () => {
      r.front.valid.next = r.spare.valid.or(enters);
      r.front.data.next = mux(r.spare.valid, r.spare.data, put.data);
      r.spare.valid.next = 0;
    }).elsewhen(enters, () => {
      r.spare.valid.next = 1;
      r.spare.data.next = put.data;
    });

    const channel = { put: enters, item: put.data, take: leaves, taken: r.front.data, capacity: 2 };
    const { inside, followed, item, ahead } = scoreboard(m, "stage", channel);
    keepsOffer(m, "take_end", { valid: r.front.valid, ready: take.ready, data: r.front.data });
    m.assert("the_front_fills_first", r.spare.valid.not().or(r.front.valid));
    m.assert("holds_what_it_took", inside.eq(r.front.valid.zext(2).add(r.spare.valid.zext(2))));
    m.assert("keeps_the_item", followed.not().or(mux(ahead.eq(0), r.front.data, r.spare.data).eq(item)));
  });
}
