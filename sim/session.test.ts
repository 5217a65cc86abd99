import { suite } from "uvu";
import * as assert from "uvu/assert";

import type { Turn, Typist } from "../console/typist.ts";
import type { SessionMachine } from "./session.ts";
import { runSession } from "./session.ts";

const test = suite("session");

// A machine that says a letter every hundred cycles, and stops itself at a given cycle.
function fakeMachine(stop_cycle = Number.POSITIVE_INFINITY): SessionMachine & { readonly sent: string } {
  let cycle = 0;
  let said = 0;
  let waiting = "";
  let sent = "";
  return {
    get cycles() {
      return cycle;
    },
    get sent() {
      return sent;
    },
    run(count, events = []) {
      for (let left = count; left > 0 && cycle < stop_cycle; left--) {
        cycle++;
        if (cycle % 100 !== 0) continue;
        waiting += String.fromCharCode(0x61 + (said++ % 26));
        if (events.includes("received")) break;
      }
      return { stopped: cycle >= stop_cycle };
    },
    receive() {
      const bytes = Buffer.from(waiting);
      waiting = "";
      return bytes;
    },
    send(bytes) {
      sent += Buffer.from(bytes).toString();
    },
  };
}

const typist = (exact: boolean, turn: (heard: string, cycles: number) => Turn): Typist => ({
  exact,
  close() {},
  turn: (heard, cycles) => turn(Buffer.from(heard).toString(), cycles),
});

const output = (): void => {};

test("exactly the cycles asked for are run, and no more", async () => {
  const machine = fakeMachine();
  const end = await runSession({ machine, typist: typist(false, () => ({})), cycles_max: 123_457, output });
  assert.equal(end, { by: "cycles" });
  assert.is(machine.cycles, 123_457);
});

test("an exact typist sees every byte in its cycle", async () => {
  const seen: [string, number][] = [];
  const exact = typist(true, (heard, cycles) => {
    if (heard !== "") seen.push([heard, cycles]);
    return seen.length < 3 ? {} : { end: { status: 0 } };
  });
  const end = await runSession({ machine: fakeMachine(), typist: exact, cycles_max: Number.POSITIVE_INFINITY, output });
  assert.equal(end, { status: 0, by: "typist" });
  assert.equal(seen, [["a", 100], ["b", 200], ["c", 300]]);
});

test("a typist is asked again at the cycle it wants", async () => {
  const turns: number[] = [];
  const sleeper = typist(false, (_, cycles) => {
    turns.push(cycles);
    return cycles === 777 ? { end: { status: 3, message: "late" } } : { wake_cycle: 777 };
  });
  const end = await runSession({ machine: fakeMachine(), typist: sleeper, cycles_max: 1e6, output });
  assert.equal(end, { status: 3, message: "late", by: "typist" });
  assert.is(turns.at(-1), 777);
});

test("what the machine says is shown, what the typist types is sent, also with the last turn", async () => {
  const machine = fakeMachine();
  let shown = "";
  const polite = typist(true, (heard) => (heard === "b" ? { type: Buffer.from("bye"), end: { status: 0 } } : {}));
  const show = (bytes: Uint8Array): void => {
    shown += Buffer.from(bytes).toString();
  };
  await runSession({ machine, typist: polite, cycles_max: 1e6, output: show });
  assert.is(shown, "ab");
  assert.is(machine.sent, "bye");
});

test("a machine that stops itself ends the session", async () => {
  const machine = fakeMachine(5000);
  const end = await runSession({ machine, typist: typist(false, () => ({})), cycles_max: 1e6, output });
  assert.equal(end, { by: "machine" });
  assert.is(machine.cycles, 5000);
});

test.run();
