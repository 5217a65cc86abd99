// Step 4: a FIFO of the library before the transmitter.
// #region module
import { fifo, flip, instanceTree, module, output, simulate, stream, waves } from "#hdl-gen";
import { fileURLToPath } from "node:url";
import { show } from "./show.ts";
import { transmitter } from "./transmitter.ts";

export const queuedTransmitter = (clocksPerBit: number, depth: number) =>
  module("queued_transmitter", "A transmitter behind a queue.", {
    send: flip(stream(output(8, "a character"))),
    line: output(1, "high when idle"),
  }, (m, io) => {
    const { ready } = m.nets({ ready: 1 });
    const queue = m.instance("queue", fifo(8, depth), {
      put: { valid: io.send.valid, data: io.send.data },
      take: { ready },
    });
    const { send, line } = m.instance("sender", transmitter(clocksPerBit), {
      send: { valid: queue.take.valid, data: queue.take.data },
    });
    m.unused(queue.count);

    ready.value = send.ready;
    io.send.ready.value = queue.put.ready;
    io.line.value = line;
  });
// #endregion

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  show("tree", instanceTree(queuedTransmitter(2, 4)));

  // #region simulate
  const sim = simulate(queuedTransmitter(2, 4)).reset();
  const seen = waves(sim, ["send_valid", "send_ready", "queue.count", "line"]);
  const { send } = sim.io;
  for (const character of Buffer.from("OK!")) {
    send.valid = 1;
    send.data = character;
    sim.step();
  }
  send.valid = 0;
  sim.step(20);
  show("waves", seen.text());
  // #endregion
}
