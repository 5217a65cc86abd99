// The PC's ports for its user, as a session sees them: text joins what comes over the serial line, POST codes are
// shown, and a write to the exit port ends the run as it would end QEMU with isa-debug-exit.

import { debugPorts } from "../soc/pc/registers.ts";
import type { EventName, Machine } from "./machine.ts";
import type { SessionMachine } from "./session.ts";

export interface Pc extends SessionMachine {
  readonly exitStatus: number | undefined; // once the program has written to the exit port
}

const { POST, TEXT, EXIT } = debugPorts.registers;
const STATUS_MAX = 0xff; // what a process can end with

export function pc(machine: Machine, showPost: (code: number) => void): Pc {
  let text: number[] = [];
  let exitStatus: number | undefined;

  const take = (): void => {
    for (const { port, data } of machine.portWrites()) {
      if (port === POST.offset) showPost(data);
      if (port === TEXT.offset) text.push(data);
      if (port === EXIT.offset) exitStatus ??= ((data << 1) | 1) & STATUS_MAX;
    }
  };

  return {
    get exitStatus() {
      return exitStatus;
    },
    get cycles() {
      return machine.cycles;
    },
    send: (bytes) => machine.send(bytes),
    receive() {
      const heard = Buffer.concat([Buffer.from(text), machine.receive()]);
      text = [];
      return heard;
    },
    run(cycles: number, events: readonly EventName[] = []) {
      const end_cycle = machine.cycles + cycles;
      for (;;) {
        const happened = machine.run(end_cycle - machine.cycles, [...events, "portWritten"]);
        if (happened.portWritten) take();
        const heard = events.includes("received") && text.length > 0;
        const wanted = heard || events.some((name) => happened[name]);
        const stopped = happened.stopped || exitStatus !== undefined;
        if (stopped || wanted || machine.cycles >= end_cycle) return { stopped };
      }
    },
  };
}
