// The tasks' buffers: each task has one in which it stages what it sends and one in which it finds what it has received.
//
// Software reaches them through the window, the staging buffer by storing and the receive buffer by loading; the
// mailbox copies halves of two words. Words at even and at odd places lie in separate banks, as in the RAM, so that
// two words from any place on take one cycle.
import { and, cat, constant, mux, reg, type Bit, type Bits, type Builder } from "#hdl-gen";
import type { Widths } from "./shape.ts";

/** What is copied at a time: the first two words, or the last two. */
export interface Half {
  readonly even: Bits;
  readonly odd: Bits;
}

interface BufferInputs {
  readonly window: {
    readonly enable: Bit;
    readonly write: Bit;
    readonly address: Bits<2>;
    readonly mask: Bits<8>;
    readonly wdata: Bits;
  };
  readonly task: Bits;
  /** Which half of the running task's staging buffer to read; there one cycle after. */
  readonly stagedHalf: Bit;
  /** Writes half of a receive buffer. */
  readonly deliver: { readonly enable: Bit; readonly task: Bits; readonly half: Bit; readonly data: Half };
  /** Makes half of both buffers 0. */
  readonly clear: { readonly enable: Bit; readonly task: Bits; readonly half: Bit };
}

export interface Buffers {
  readonly staged: Half;
  readonly rdata: Bits;
  /** For properties: half of a task's receive buffer. */
  readonly received: (task: Bits, half: 0 | 1) => Half;
}

export function buffers(m: Builder, tasks: number, { word }: Widths, inputs: BufferInputs): Buffers {
  const { window, task, deliver, clear } = inputs;
  const { wdata, mask } = window;
  const { starts_odd, stores } = m.nets({
    starts_odd: window.address.bit(0), stores: window.enable.and(window.write),
  });
  const low = wdata.slice(word - 1, 0);
  const high = wdata.slice(2 * word - 1, word);
  // A window from the last word on reaches beyond the buffer.
  const { beyond } = m.nets({ beyond: window.address.all() });
  const { even_half, even_mask, odd_mask, even_data, odd_data } = m.nets({
    even_half: window.address.bit(1).xor(starts_odd),
    even_mask: mux(starts_odd, mux(beyond, constant(0, 4), mask.slice(7, 4)), mask.slice(3, 0)),
    odd_mask: mux(starts_odd, mask.slice(3, 0), mask.slice(7, 4)),
    even_data: mux(starts_odd, high, low),
    odd_data: mux(starts_odd, low, high),
  });
  const halves = { even: even_half, odd: window.address.bit(1) };
  const lanes = { even: { mask: even_mask, data: even_data }, odd: { mask: odd_mask, data: odd_data } };

  const bank = (name: "even" | "odd") => m.scope(name, () => {
    const shape = { width: word, depth: 2 * tasks, collisions: "undefined" } as const;
    const staging = m.memory("staging", { ...shape, doc: `staged words, ${name}, by task` });
    const { written, write_lanes } = m.nets({
      written: mux(clear.enable, constant(0, word), lanes[name].data),
      write_lanes: lanes[name].mask.or(clear.enable.replicate(4)),
    });
    staging.write({
      address: mux(clear.enable, cat(clear.task, clear.half), cat(task, halves[name])),
      enable: stores.or(clear.enable), data: written, byteEnable: write_lanes,
    });
    const receive = m.memory("receive", { ...shape, doc: `received words, ${name}, by task` });
    receive.write({
      address: mux(clear.enable, cat(clear.task, clear.half), cat(deliver.task, deliver.half)),
      enable: deliver.enable.or(clear.enable), data: mux(clear.enable, constant(0, word), deliver.data[name]),
    });
    return {
      receive,
      staged: staging.readSync("staged", { address: cat(task, inputs.stagedHalf) }),
      loaded: receive.readSync("loaded", { address: cat(task, halves[name]), enable: window.enable }),
    };
  });
  const even = bank("even");
  const odd = bank("odd");

  const r = m.regs({ swap: reg(1, 0, "the window read starts in the odd bank"), short: reg(1, 0, "it has one word") });
  m.when(window.enable, () => {
    r.swap.next = starts_odd;
    r.short.next = beyond;
  });
  const second = mux(r.swap, and(even.loaded, r.short.not().replicate(word).as(word)), odd.loaded);
  return {
    staged: { even: even.staged, odd: odd.staged },
    rdata: cat(second, mux(r.swap, odd.loaded, even.loaded)),
    received: (of, half) => {
      const address = cat(of, constant(half, 1));
      return { even: even.receive.readAsync(address), odd: odd.receive.readAsync(address) };
    },
  };
}
