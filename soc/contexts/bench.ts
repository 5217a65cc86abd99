// Drives the unit as the scheduler, the core and the kernel do, by chance, and compares all that it does with the
// model.
import { simulate, type Simulation } from "#hdl-gen";
import * as assert from "uvu/assert";
import { random, type Random } from "../../hdl-gen/fuzz/random.ts";
import type { Register } from "../registers.ts";
import { kindOf } from "../trace/ports.ts";
import { contexts } from "./contexts.ts";
import { contextWords } from "./layout.ts";
import { ContextsModel, wordCount, wordMask } from "./model.ts";
import { contexts as description, contextsPage_words } from "./registers.ts";
import { rows, type ContextsConfig } from "./shape.ts";
import { StandIn } from "./stand-in.ts";

const { registers } = description;
export type RegisterName = keyof typeof registers;
type Ports = ReturnType<typeof contexts>["ports"];

/** One thing after the other, for tests that tell a story. */
export interface ContextsBench {
  readonly sim: Simulation<Ports>;
  readonly io: Simulation<Ports>["io"];
  readonly core: StandIn;
  readonly now: () => number;
  readonly step: (cycles?: number) => void;
  /** Calls `see` before each clock edge. */
  readonly onCycle: (see: () => void) => void;
  readonly choose: (task: number | undefined, settled?: boolean) => void;
  readonly write: (name: RegisterName, value: number, n?: number) => void;
  readonly read: (name: RegisterName) => number;
  readonly writeContext: (task: number, words: readonly number[]) => void;
  readonly readContext: (task: number) => number[];
  /** Steps until an exchange has been made; in which cycle it was. */
  readonly untilExchange: (limit?: number) => number;
}

/** For CONTROL. */
export const follow = 2 ** registers.CONTROL.fields.FOLLOW.lsb;
export const anywhere = 2 ** registers.CONTROL.fields.ANYWHERE.lsb;

/** Its word in the page. */
function wordOf(name: RegisterName, n = 0): number {
  const { offset, stride = 0 }: Register = registers[name];
  return (offset + n * stride) / 4;
}

/** `drain`: cycles from `hold` to `held`, less one. */
export function contextsBench(config: ContextsConfig, drain: () => number = () => 0): ContextsBench {
  const sim = simulate(contexts(config));
  const { io } = sim;
  const chance = random(1);
  const core = new StandIn({ word: () => Number(chance.bits(32)), drain });
  sim.reset();
  io.next.ready = 1;
  io.choice.settled = 1;
  let cycles = 0;
  const step = (count = 1): void => {
    for (let i = 0; i < count; i++) {
      core.drive(io.core);
      core.step(io.core, io.bus.access === 0);
      sim.step();
      cycles++;
    }
    core.drive(io.core);
  };
  const access = (address: number, write: 0 | 1, wdata: number): number => {
    Object.assign(io.bus, { access: 1, write, address, mask: 0xf, wdata });
    const found = io.bus.rdata;
    step();
    io.bus.access = 0;
    step(2);
    return found >>> 0;
  };
  const bench: ContextsBench = {
    sim, io, core, step,
    onCycle: (see) => { sim.watch(see); },
    now: () => cycles,
    choose(task, settled = true) {
      Object.assign(io.choice, { valid: task === undefined ? 0 : 1, number: task ?? 0, settled: settled ? 1 : 0 });
    },
    write: (name, value, n = 0) => { access(wordOf(name, n), 1, value); },
    read: (name) => access(wordOf(name), 0, 0),
    writeContext(task, words) {
      bench.write("TASK", task);
      for (const { number } of contextWords) access(number, 1, words[number] ?? 0);
    },
    readContext(task) {
      bench.write("TASK", task);
      const words = Array.from({ length: wordCount }, () => 0);
      for (const { number } of contextWords) {
        bench.write("LOOK", 4 * number);
        words[number] = bench.read("VALUE");
      }
      return words;
    },
    untilExchange(limit = 1000) {
      for (let i = 0; io.core.exchange === 0; i++) {
        if (i === limit) throw new Error(`no exchange in ${limit} cycles`);
        step();
      }
      const at = cycles;
      step();
      return at;
    },
  };
  return bench;
}

/** A context of random words. */
export function anyContext(chance: Random): number[] {
  return Array.from({ length: wordCount }, (_, n) => (Number(chance.bits(32)) & wordMask(n)) >>> 0);
}

/** What has occurred. */
export type Tally = Map<string, number>;

interface CompareOptions {
  /** Called before each clock edge after reset. */
  readonly see?: (sim: Simulation<Ports>) => void;
  /** The RAM holds only zeros at first, as it may wherever the same is to be done again. */
  readonly blank?: boolean;
}

/** So many random cycles; throws at the first difference. */
export function compare(
  config: ContextsConfig, cycles: number, seed: number, { see, blank = false }: CompareOptions = {},
): Tally {
  const sim = simulate(contexts(config));
  sim.reset();
  if (see !== undefined) sim.watch(() => { see(sim); });
  const run = new Run(sim, config, random(seed));
  if (!blank) run.fill();
  for (let i = 0; i < cycles; i++) run.cycle();
  return run.tally;
}

class Run {
  readonly tally: Tally = new Map();
  readonly #sim: Simulation<Ports>;
  readonly #config: ContextsConfig;
  readonly #random: Random;
  readonly #model: ContextsModel;
  readonly #core: StandIn;
  /** Few tasks that meet often. */
  #players: readonly number[] = [0];
  #changes = 20;
  #drains: readonly number[] = [0];
  #selected = 0;
  #value = 0;
  #rest = 0;
  #cycle = 0;
  #sinceExchange = 0;
  #switchesTo: number | undefined;
  #lateEvent: number | undefined;

  constructor(sim: Simulation<Ports>, config: ContextsConfig, chance: Random) {
    this.#sim = sim;
    this.#config = config;
    this.#random = chance;
    this.#model = new ContextsModel(config);
    this.#core = new StandIn({
      word: () => Number(chance.bits(32)), drain: () => chance.below(1 + chance.pick(this.#drains)),
    });
  }

  /** Contexts of random words, so that a switch to any of them shows. */
  fill(): void {
    const memory = this.#sim.memory("switcher.words");
    for (let task = 0; task < this.#config.tasks; task++) {
      for (let row = 0; row < rows; row++) {
        let word = 0n;
        for (const { number, row: at, lsb, width } of contextWords) {
          if (at !== row || task === 0) continue;
          const value = Number(this.#random.bits(width));
          this.#model.write(task, number, value);
          word |= BigInt(value) << BigInt(lsb);
        }
        memory.write(task * rows + row, word);
      }
    }
  }

  cycle(): void {
    const { io } = this.#sim;
    if (this.#cycle++ % 500 === 0) this.#choosePlayers();
    this.#driveScheduler();
    this.#driveBus();
    this.#core.drive(io.core);
    const { choice } = io;
    const model = this.#model;
    const expected = model.cycle({
      choice: { valid: choice.valid === 1, number: Number(choice.number), settled: choice.settled === 1 },
      waits: io.waits === 1, ready: io.next.ready === 1, held: this.#core.held,
    });
    const when = `cycle ${this.#cycle}`;
    assert.is(io.core.hold === 1, expected.hold, `hold, ${when}`);
    assert.is(io.core.anywhere === 1, model.anywhere, `anywhere, ${when}`);
    assert.is(io.running, model.running, `running, ${when}`);
    assert.is(io.next.valid === 1, expected.switches, `switches, ${when}`);
    if (expected.switches) assert.is(io.next.task, expected.next, `next, ${when}`);
    const exchanges = io.core.exchange === 1;
    if (expected.exchange === "must") assert.ok(exchanges, `an exchange is due, ${when}`);
    if (expected.exchange === "must not") assert.not(exchanges, `no exchange is allowed, ${when}`);
    this.#note(expected.switches ? expected.next : undefined, expected.hold, exchanges);
    this.#checkBus();
    this.#checkEvent(exchanges, expected.next);
    if (exchanges) {
      const { late_cycles } = expected;
      const given = this.#core.incoming(io.core);
      const context = model.exchange(expected.next, this.#core.live, late_cycles);
      assert.equal(given, [...context], `the context of task ${expected.next}, ${when}`);
      assert.equal([io.dispatched.valid, io.dispatched.number], [1, expected.next]);
      this.#lateEvent = late_cycles > 0 ? late_cycles : undefined;
      this.#count(late_cycles > 0 ? "exchanged late" : "exchanged in time");
      this.#sinceExchange = 0;
    } else {
      assert.is(io.dispatched.valid, 0);
      this.#sinceExchange++;
    }
    this.#core.step(io.core, this.#rest < 2);
    this.#sim.step();
  }

  // --- what is done -----------------------------------------------------------------------------------

  #choosePlayers(): void {
    const { tasks } = this.#config;
    this.#players = Array.from({ length: this.#pick([2, 3, 3, 20]) }, () => this.#random.below(tasks));
    this.#changes = this.#pick([2, 5, 20, 50]);
    this.#drains = this.#pick([[0], [0, 4], [8], [0, 0, 100]]);
  }

  #driveScheduler(): void {
    const { io } = this.#sim;
    if (this.#chance(this.#changes)) {
      Object.assign(io.choice, { valid: this.#chance(90) ? 1 : 0, number: this.#pick(this.#players) });
    }
    io.choice.settled = this.#chance(this.#changes > 20 ? 70 : 98) ? 1 : 0;
    io.waits = this.#chance(this.#changes) ? 1 : 0;
    io.next.ready = this.#chance(97) ? 1 : 0;
  }

  /** The program that runs accesses the page; the bus needs three cycles for that. */
  #driveBus(): void {
    const { bus } = this.#sim.io;
    bus.access = 0;
    if (this.#rest > 0) {
      this.#rest--;
      return;
    }
    if (!this.#core.runs || !this.#chance(20)) return;
    this.#rest = 2;
    const mask = this.#chance(95) ? 0xf : this.#random.below(16);
    const [address, write, wdata] = this.#anyAccess();
    Object.assign(bus, { access: 1, write, mask, address, wdata: wdata >>> 0 });
  }

  #anyAccess(): readonly [address: number, write: 0 | 1, wdata: number] {
    const word = this.#random.below(contextsPage_words);
    const task = this.#pick([...this.#players, Number(this.#sim.io.choice.number)]);
    switch (this.#random.below(12)) {
      case 0: case 1: return [wordOf("TASK"), 1, task];
      case 2: case 3: case 4: return [word, 1, Number(this.#random.bits(32))];
      case 5: case 6: return [wordOf("LOOK"), 1, 4 * word];
      case 7: case 8: return [wordOf("VALUE"), 0, 0];
      case 9: return [wordOf("CONTROL"), 1, (this.#chance(85) ? follow : 0) + (this.#chance(50) ? anywhere : 0) + task];
      case 10: return [wordOf("LATE"), this.#chance(10) ? 1 : 0, 0];
      default: return [wordOf(this.#pick(["STATUS", "CONTROL", "TASK", "CHOSEN"])), 0, 0];
    }
  }

  // --- what is compared -------------------------------------------------------------------------------

  #checkBus(): void {
    const { bus, next } = this.#sim.io;
    if (bus.access === 0) return;
    const model = this.#model;
    const offset = 4 * bus.address;
    if (bus.write === 1) {
      if (bus.mask === 0xf) this.#write(offset, bus.wdata >>> 0);
      return;
    }
    const expected = new Map<number, number>([
      [registers.TASK.offset, this.#selected],
      [registers.VALUE.offset, this.#value],
      [registers.CONTROL.offset, (model.follow ? follow : 0) + (model.anywhere ? anywhere : 0) + model.wanted],
      [registers.STATUS.offset, (next.valid === 1 ? 2 ** 30 : 0) + Number(next.task) * 2 ** 8 + model.running],
      [registers.LATE.offset, model.late.most * 2 ** 16 + model.late.count],
      [registers.CHOSEN.offset, model.chosen_cycles],
    ]).get(offset);
    assert.is(bus.rdata >>> 0, expected, `offset ${offset}, cycle ${this.#cycle}`);
    this.#count("read");
  }

  #write(offset: number, value: number): void {
    const model = this.#model;
    if (offset < 4 * contextsPage_words) {
      model.write(this.#selected, offset / 4, value);
      this.#count(this.#selected === model.running ? "write to the running task"
        : this.#selected === this.#switchesTo ? "write to the wanted task" : "write");
    }
    if (offset === registers.TASK.offset) this.#selected = value & 0xff;
    if (offset === registers.LOOK.offset) this.#value = this.#word((value & 0xff) / 4);
    if (offset === registers.CONTROL.offset) {
      Object.assign(model, { follow: value >>> 31 === 1, anywhere: (value & anywhere) !== 0, wanted: value & 0xff });
    }
    if (offset === registers.LATE.offset) model.late = { count: 0, most: 0 };
  }

  #word(number: number): number { return this.#model.contextOf(this.#selected)[number] ?? 0; }

  #checkEvent(exchanges: boolean, next: number): void {
    const { event } = this.#sim.io;
    const { running } = this.#model;
    const late = this.#lateEvent;
    this.#lateEvent = undefined;
    assert.is(event.valid === 1, exchanges || late !== undefined);
    if (event.valid === 0) return;
    const [kind, task, argument] = late === undefined
      ? [kindOf("switch"), next, running] : [kindOf("late"), running, late];
    assert.equal([event.kind, event.task, event.argument], [kind, task, argument]);
  }

  /** Whether the cases that matter occur. */
  #note(switchesTo: number | undefined, hold: boolean, exchanges: boolean): void {
    const before = this.#switchesTo;
    if (hold && switchesTo === undefined) this.#count("held for a task that gave up");
    if (before !== undefined && switchesTo === undefined) this.#count("switch given up");
    if (before !== undefined && switchesTo !== undefined && before !== switchesTo) {
      this.#count("switch to another task");
    }
    if (before === undefined && switchesTo !== undefined && this.#sinceExchange < rows) {
      this.#count("switch during a save");
    }
    this.#switchesTo = exchanges ? undefined : switchesTo;
  }

  // --- chance -----------------------------------------------------------------------------------------

  #chance(percent: number): boolean { return this.#random.below(100) < percent; }

  #pick<T>(from: readonly T[]): T { return this.#random.pick(from); }

  #count(what: string): void { this.tally.set(what, (this.tally.get(what) ?? 0) + 1); }
}
