// The short ways of `call` and `reply_and_wait` do what the long ones do: the same programs, by SYSENTER and by INT, where no
// short way begins, get the same answers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BUILD } from "../commands/paths.ts";
import { buildMachine } from "../commands/steps/machine.ts";
import { buildHeaders } from "../commands/steps/software.ts";
import { bootHeader } from "../kernel/boot-header.ts";
import { readElf } from "../kernel/elf.ts";
import { createMachine, type Machine } from "../sim/machine.ts";
import { buildSystem } from "./build.ts";
import { variable, variables } from "./observe.ts";
import { shortCalls } from "./short-calls/system.ts";

const test = suite("short calls");

const tasks = ["client", "server", "backend", "third", "urgent"] as const;
const piece_cycles = 100_000;
const pieces_max = 60;

interface Ran {
  readonly noted: ReadonlyMap<string, readonly number[]>;
  /** How often a short way was gone to its end. */
  readonly handed_over: number;
}

async function run(by: "sysenter" | "int", accelerated: boolean): Promise<Ran> {
  const built = await buildSystem(shortCalls(by), join(BUILD, "test", `short-calls-${by}`), await buildHeaders());
  const machine: Machine = createMachine(await buildMachine({ traced: false, accelerated }));
  try {
    machine.reset();
    machine.load(bootHeader.address, readFileSync(built.image));
    const { symbols } = readElf(readFileSync(built.elf), built.elf);
    const hands_over = symbols.find(({ name }) => name === "dispatch_hand_over")?.address;
    let handed_over = 0;
    machine.logRetirements(true);
    for (let piece = 0; variable(machine, built, "client", "finished") === 0; piece++) {
      assert.ok(piece < pieces_max, "the client does not come to its end");
      machine.run(piece_cycles);
      machine.retirements((eip) => { if (eip === hands_over) handed_over++; });
    }
    machine.logRetirements(false);
    const noted = new Map(tasks.map((task) =>
      [task, variables(machine, built, task, "noted", variable(machine, built, task, "notes"))]));
    return { noted, handed_over };
  } finally {
    machine.free();
  }
}

let ran: Promise<Ran> | undefined;
/** What both are compared with. */
const longWays = (): Promise<Ran> => (ran ??= run("int", true));

for (const accelerated of [true, false]) {
  test(`answer as the long ones do, ${accelerated ? "with" : "without"} accelerators`, async () => {
    const [long, short] = [await longWays(), await run("sysenter", accelerated)];
    assert.is(long.handed_over, 0);
    assert.ok(short.handed_over > 200, `short ways were gone ${short.handed_over} times`);
    for (const task of tasks) {
      assert.ok((long.noted.get(task)?.length ?? 0) > 50, `${task} noted ${long.noted.get(task)?.length}`);
      assert.equal(short.noted.get(task), long.noted.get(task), task);
    }
  });
}

test.run();
