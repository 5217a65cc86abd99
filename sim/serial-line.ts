// Someone at the simulated machine's serial line who types texts and waits for texts: what tests need.

import type { Machine } from "./machine.ts";

export interface SerialLine {
  type(text: string): void;
  // Waits until `text` comes, behind what the last call waited for; gives what came up to and with it.
  waitFor(text: string): Promise<string>;
  readonly output: string; // everything that came so far
}

export function serialLine(machine: Machine, wait_cycles_max: number): SerialLine {
  let output = "";
  let searched = 0;
  return {
    get output() {
      return output;
    },
    type: (text) => machine.send(Buffer.from(text, "latin1")),
    async waitFor(text) {
      const end_cycle = machine.cycles + wait_cycles_max;
      for (;;) {
        output += Buffer.from(machine.receive()).toString("latin1");
        const found = output.indexOf(text, searched);
        if (found >= 0) {
          const heard = output.slice(searched, found + text.length);
          searched = found + text.length;
          return heard;
        }
        const left_cycles = end_cycle - machine.cycles;
        const why = left_cycles > 0 ? machine.stopMessage : `not within ${wait_cycles_max} cycles`;
        if (why !== "") {
          const last = JSON.stringify(output.slice(searched).slice(-2000));
          throw new Error(`${JSON.stringify(text)} did not come (${why}); behind the last wait came ${last}`);
        }
        machine.run(left_cycles, ["received"]);
      }
    },
  };
}
