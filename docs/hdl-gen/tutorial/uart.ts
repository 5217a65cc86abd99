// Step 7: the UART.
// #region module
import {
  asyncInput, attach, fifo, input, instanceTree, module, mux, output, simulate, traceVcd, verilog,
} from "#hdl-gen";
import { queuedTransmitter } from "./queue.ts";
import { receiver } from "./receiver.ts";
import { uartMap } from "./registers.ts";

export const uart = ({ clocksPerBit, depth }: { readonly clocksPerBit: number; readonly depth: number }) =>
  module("uart", "A serial line with a queue in each direction.", {
    bus: { select: input(1), write: input(1), address: input(4), wdata: input(32), rdata: output(32) },
    rx: asyncInput(1, "serial line in"),
    tx: output(1, "serial line out"),
  }, (m, io) => {
    const { fields: { transmit, receive, status, control }, rdata } = attach(m, uartMap, io.bus);
    io.bus.rdata.value = rdata;

    const sender = m.instance("sender", queuedTransmitter(clocksPerBit, depth), {
      send: { valid: transmit.send, data: transmit.character },
    });
    io.tx.value = sender.line;
    status.room.value = sender.send.ready;

    const rx = m.synchronize("rx_now", io.rx);
    const listener = m.instance("listener", receiver(clocksPerBit), { line: mux(control.mode, sender.line, rx) });
    const queue = m.instance("queue", fifo(8, depth), {
      put: listener.received,
      take: { ready: receive.take },
    });
    receive.character.value = queue.take.data;
    receive.there.value = queue.take.valid;
    status.lost.set.value = listener.received.valid.and(queue.put.ready.not());
    m.unused(queue.count, status.lost.now);
  });
// #endregion

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cut, show } from "./show.ts";

const small = uart({ clocksPerBit: 4, depth: 4 });
show("tree", instanceTree(small));

// #region driver
const sim = simulate(small);
const { bus } = sim.io;
const access = (register: keyof typeof uartMap.registers, write: 0 | 1, word: number): number => {
  bus.select = 1;
  bus.write = write;
  bus.address = uartMap.layout.find(({ name }) => name === register)?.offset ?? 0;
  bus.wdata = word;
  const read = bus.rdata;
  sim.step();
  bus.select = 0;
  return read;
};
// #endregion

// #region run
mkdirSync("build/tutorial", { recursive: true });
const trace: string[] = [];
const stop = traceVcd(sim, (text) => trace.push(text));

sim.io.rx = 1;
sim.reset();
access("control", 1, 1);
for (const character of Buffer.from("Hi")) access("transmit", 1, 0x100 | character);

let heard = "";
while (heard.length < 2) {
  const word = access("receive", 0, 0);
  if ((word & 0x100) === 0) continue;
  heard += String.fromCharCode(word & 0xff);
  access("receive", 1, 0x200);
}
stop();
writeFileSync("build/tutorial/uart.vcd", trace.join(""));
show("heard", `"${heard}", in cycle ${sim.cycle}`);
// #endregion

show("vcd", cut(trace.join(""), /scope module listener/, /upscope/));

// #region lint
writeFileSync("build/tutorial/uart.v", verilog(uart({ clocksPerBit: 25, depth: 16 })));
const words = ["--lint-only", "-Wall", "--top-module", "uart", "build/tutorial/uart.v"];
const { stdout, stderr } = spawnSync("verilator", words, { encoding: "utf8" });
show("lint", `Verilator says: ${JSON.stringify(stdout + stderr)}`);
// #endregion

show("verilog", cut(verilog(small), /^ {2}receiver listener/, /^ {2}\);/));
