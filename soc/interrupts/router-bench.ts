// Drives an interrupt router as devices, software, mailbox, scheduler and local APIC do, by chance, and compares it with
// the model in every cycle.
import { simulate, type Simulation } from "#hdl-gen";
import * as assert from "uvu/assert";
import { random, type Random } from "../../hdl-gen/fuzz/random.ts";
import { interruptRouter } from "./router.ts";
import { RouterModel, setupWord, type LineSetup } from "./router-model.ts";
import { interruptRouter as description } from "./router-registers.ts";
import { gapEnd_cycles, routes, type Route, type RouterConfig } from "./router-shape.ts";

const { registers } = description;
type RegisterName = keyof typeof registers;
type Ports = ReturnType<typeof interruptRouter>["ports"];

export interface RouterBench {
  readonly sim: Simulation<Ports>;
  readonly io: Simulation<Ports>["io"];
  /** The cycle that is about to end. */
  readonly now: () => number;
  readonly write: (name: RegisterName, n: number, value: number) => void;
  readonly read: (name: RegisterName, n: number) => number;
  readonly setLine: (n: number, setup: Partial<LineSetup>, gap?: number) => void;
}

/** As the kernel, one access at a time, for tests that tell a story. */
export function routerBench(config: RouterConfig): RouterBench {
  const { sim, now } = readyRouter(config);
  const { io } = sim;
  const access = (name: RegisterName, n: number, write: 0 | 1, wdata: number): number => {
    Object.assign(io.bus, { access: 1, write, address: addressOf(name, n), mask: 0xf, wdata });
    const found = io.bus.rdata >>> 0;
    sim.step();
    io.bus.access = 0;
    return found;
  };
  const write = (name: RegisterName, n: number, value: number): void => { access(name, n, 1, value); };
  return {
    sim, io, now, write,
    read: (name, n) => access(name, n, 0, 0),
    setLine: (n, setup, gap = 0) => {
      write("LINE", n, setupWord({ route: "RELEASE", level: false, priority: 0, task: 0, channel: 0, ...setup }));
      write("GAP", n, gap);
    },
  };
}

interface ReadyRouter {
  readonly sim: Simulation<Ports>;
  readonly now: () => number;
}

/** Cleared after reset, with its clock running. */
function readyRouter(config: RouterConfig, see: (sim: Simulation<Ports>) => void = () => undefined): ReadyRouter {
  const sim = simulate(interruptRouter(config)).reset();
  let now = 0;
  sim.watch(() => {
    now++;
    sim.io.now = config.timeBits > 32 ? BigInt(now) : now;
    see(sim);
  });
  sim.until(() => sim.peek("clearing") === 0, Math.max(config.lines, config.partitions) + 1);
  return { sim, now: () => now };
}

function addressOf(name: RegisterName, n: number): number {
  const { offset, stride } = registers[name];
  return (offset + n * stride) / 4;
}

/** So many cycles by chance; throws at the first difference. `see` is called before each clock edge after reset. */
export function compareRouter(
  config: RouterConfig, cycles: number, seed: number, see?: (sim: Simulation<Ports>) => void,
): Map<string, number> {
  const { sim, now } = readyRouter(config, see);
  const run = new Run(sim, now, config, random(seed));
  for (let i = 0; i < cycles; i++) run.cycle();
  return run.tally;
}

interface Written {
  readonly name: RegisterName;
  readonly n: number;
  readonly value: number;
  /** Whoever writes may. */
  readonly counts: boolean;
}

class Run {
  readonly tally = new Map<string, number>();
  readonly #sim: Simulation<Ports>;
  readonly #now: () => number;
  readonly #config: RouterConfig;
  readonly #random: Random;
  readonly #model: RouterModel;
  #high: boolean[];
  #partition = 0;
  /** Requested of the local APIC and not taken. */
  #requested = new Set<number>();
  #toApic = 0;
  #rest = 0;
  /** How many in a thousand cycles a line changes, how often the others answer, how often software writes. */
  #changes = 10;
  #answers = 50;
  #writes = 5;
  #message: { readonly line: number; readonly chosenAt: number } | undefined;
  #release: number | undefined;
  /** The bus write of this cycle. */
  #written: Written | undefined;

  constructor(sim: Simulation<Ports>, now: () => number, config: RouterConfig, chance: Random) {
    this.#sim = sim;
    this.#now = now;
    this.#config = config;
    this.#random = chance;
    this.#model = new RouterModel(config);
    this.#high = Array.from({ length: config.lines }, () => false);
  }

  cycle(): void {
    const { io } = this.#sim;
    const now = this.#now() + 1;
    io.now = this.#config.timeBits > 32 ? BigInt(now) : now;
    if (this.#chance(1)) this.#changeWeather();
    this.#checkFreed(now);
    // Inputs first, outputs after: each change of an input costs the simulator a round.
    Object.assign(io.message, { done: 0, refused: 0 });
    Object.assign(io.apic.taken, { valid: 0 });
    io.release.ready = 0;
    this.#driveLines();
    this.#driveBus();
    this.#checkApic();
    this.#see();
    const choice = this.#checkChoice();
    const refused = this.#driveMessage(now);
    const released = this.#driveRelease(now);
    const taken = this.#driveApic(now);
    const written = this.#written;
    const route = choice === undefined ? undefined : this.#model.line(choice).setup.route;
    this.#sim.step();
    this.#model.tick({
      high: this.#high, chosen: choice, taken, refused,
      rearmed: written?.name === "REARM" && written.counts ? written.n : undefined,
      setUp: written?.name === "LINE" && written.counts
        ? { line: written.n, setup: setupOf(written.value) } : undefined,
    });
    if (written?.counts === true) this.#write(written.name, written.n, written.value);
    if (released) this.#release = undefined;
    if (choice === undefined) return;
    if (route === "MESSAGE") this.#message = { line: choice, chosenAt: now };
    else this.#release = choice;
  }

  #changeWeather(): void {
    this.#changes = this.#random.pick([1, 10, 100, 500]);
    this.#answers = this.#random.pick([5, 50, 100]);
    this.#writes = this.#random.pick([0, 1, 5, 30]);
  }

  #driveLines(): void {
    this.#high = this.#high.map((high) => (this.#random.below(1000) < this.#changes ? !high : high));
    this.#sim.io.lines = this.#high.reduce((all, high, n) => all | (Number(high) << n), 0);
    if (this.#chance(1)) this.#partition = this.#random.below(this.#config.partitions);
    this.#sim.io.partition = this.#partition;
  }

  #driveBus(): void {
    const { bus, running } = this.#sim.io;
    this.#written = undefined;
    bus.access = 0;
    const { tasks, lines, partitions, channels, gapBits } = this.#config;
    Object.assign(running, { task: this.#random.below(tasks), cpl: this.#random.pick([0, 0, 0, 3]) });
    if (this.#random.below(100) >= this.#writes) return;
    const n = this.#random.below(lines);
    if (this.#chance(30)) return this.#read(this.#random.pick(["LINE", "GAP", "STATE", "PARTITION"]), n);
    const name = this.#random.pick(["LINE", "GAP", "REARM", "REARM", "PARTITION"] as const);
    const place = name === "PARTITION" ? n % partitions : n;
    // A line that is under way, or requested of the APIC, is not set up anew: nobody would know whose delivery it is.
    if ((name === "LINE" || name === "GAP") && (this.#model.line(n).held || this.#requested.has(n))) return undefined;
    const value = {
      LINE: setupWord({
        route: this.#random.pick(["OFF", "VECTOR", "MESSAGE", "RELEASE"]), level: this.#chance(50),
        priority: this.#random.below(2 ** this.#config.priorityBits), task: this.#random.below(tasks),
        channel: this.#random.below(channels),
      }),
      GAP: this.#random.below(Math.min(2 ** gapBits, this.#random.pick([1, 10, 200]))),
      REARM: 0,
      PARTITION: this.#random.below(2 ** lines) | this.#random.below(2 ** lines),
    }[name];
    const owns = name === "REARM" && this.#model.line(n).setup.task === running.task;
    this.#written = { name, n: place, value, counts: running.cpl === 0 || owns };
    Object.assign(bus, { access: 1, write: 1, address: addressOf(name, place), mask: 0xf, wdata: value });
    return undefined;
  }

  #read(name: "LINE" | "GAP" | "STATE" | "PARTITION", n: number): void {
    const { bus, running } = this.#sim.io;
    const place = name === "PARTITION" ? n % this.#config.partitions : n;
    Object.assign(bus, { access: 1, write: 0, address: addressOf(name, place), mask: 0xf });
    const { setup, gap, pending, held, count } = this.#model.line(n);
    const found = bus.rdata >>> 0;
    const text = (value: number): string => (running.cpl === 0 ? value >>> 0 : 0).toString(16);
    if (name !== "STATE") {
      const expected = { LINE: setupWord(setup), GAP: gap, PARTITION: this.#model.masks[place] ?? 0 }[name];
      assert.is(found.toString(16), text(expected), `${name}(${place})`);
      return;
    }
    const bits = (Number(this.#high[n]) << 31) | (Number(pending) << 30) | (Number(held) << 29);
    assert.is((found & 0xe000_0000) >>> 0, running.cpl === 0 ? bits >>> 0 : 0, `STATE(${n})`);
    // The count is brought up to date once around.
    if (running.cpl === 0) {
      const behind = (count - (found & 0xffff)) & (2 ** this.#config.countBits - 1);
      assert.ok(behind < 16, `${behind} requests are not counted`);
    }
  }

  #write(name: RegisterName, n: number, value: number): void {
    // What the line requested of the APIC in this very cycle is nobody's.
    if (name === "LINE") this.#requested.delete(n);
    if (name === "GAP") this.#model.line(n).gap = value;
    if (name === "PARTITION") this.#model.masks[n] = value;
    this.#count(`written: ${name}`);
  }

  #checkApic(): void {
    const { apic } = this.#sim.io;
    const expected = this.#high.reduce(
      (all, high, n) => all | (Number(this.#model.toApic(this.#partition, n, high)) << n), 0);
    assert.is(apic.lines, expected, "lines to the local APIC");
    this.#toApic = expected;
  }

  /** Lines that the hardware has let go; those that it should have. */
  #checkFreed(now: number): void {
    this.#model.lines.forEach((line, n) => {
      if (line.held && this.#sim.peek(`line_${n}_held`) === 0) this.#model.free(n, now);
      const late = line.held && line.freeAt !== undefined ? now - line.freeAt : 0;
      assert.ok(late <= gapEnd_cycles(this.#config) + 3, `line ${n} is still held ${late} cycles after its distance`);
    });
  }

  #checkChoice(): number | undefined {
    const free = new Set<Route>();
    if (this.#sim.peek("message_busy") === 0) free.add("MESSAGE");
    if (this.#sim.peek("release_busy") === 0) free.add("RELEASE");
    const choice = this.#model.choice(this.#partition, free);
    const last = Math.log2(this.#config.lines) - 1;
    const chosen = this.#sim.peek("chosen_message") === 1 || this.#sim.peek("chosen_release") === 1
      ? Number(this.#sim.peek(`round_${last}_0_line`)) : undefined;
    assert.is(chosen, choice, "the line chosen");
    if (choice !== undefined) this.#count(`chosen: ${this.#model.line(choice).setup.route}`);
    return choice;
  }

  /** What is on offer. */
  #see(): void {
    const { message, release } = this.#sim.io;
    assert.is(release.valid === 1, this.#release !== undefined, "a release is on offer");
    if (this.#release !== undefined) assert.is(release.number, this.#model.line(this.#release).setup.task);
    assert.is(message.valid === 1, this.#message !== undefined, "a message is on offer");
    if (this.#message === undefined) return;
    const { line, chosenAt } = this.#message;
    const { setup, gap } = this.#model.line(line);
    assert.is(BigInt(message.words), (BigInt(chosenAt) << 32n) | BigInt(line), "the line, and when it was chosen");
    assert.is(message.channel, setup.channel);
    assert.is(BigInt(message.urgency.value), BigInt.asUintN(this.#config.timeBits, BigInt(chosenAt + gap)));
  }

  /** Answers the message on offer, perhaps; the line that was refused. */
  #driveMessage(now: number): number | undefined {
    const { message } = this.#sim.io;
    if (this.#message === undefined) return undefined;
    const { line } = this.#message;
    if (!this.#chance(this.#answers)) return undefined;
    const refused = this.#chance(20);
    Object.assign(message, { done: 1, refused: refused ? 1 : 0 });
    this.#message = undefined;
    this.#model.deliver(line, now, refused);
    this.#count(refused ? "refused" : "delivered: MESSAGE");
    return refused ? line : undefined;
  }

  #driveRelease(now: number): boolean {
    const { release } = this.#sim.io;
    const ready = this.#chance(this.#answers);
    release.ready = ready ? 1 : 0;
    if (this.#release === undefined || !ready) return false;
    this.#model.deliver(this.#release, now);
    this.#count("delivered: RELEASE");
    return true;
  }

  #driveApic(now: number): number | undefined {
    const { apic } = this.#sim.io;
    const mayTake = this.#rest === 0;
    if (!mayTake) this.#rest--;
    const waiting = [...this.#requested];
    this.#high.forEach((_, n) => { if (((this.#toApic >> n) & 1) === 1) this.#requested.add(n); });
    if (!mayTake || waiting.length === 0 || !this.#chance(10)) return undefined;
    const line = this.#random.pick(waiting);
    Object.assign(apic.taken, { valid: 1, line });
    this.#requested.delete(line);
    this.#rest = 3;
    this.#model.deliver(line, now);
    this.#count("delivered: VECTOR");
    return line;
  }

  #chance(percent: number): boolean { return this.#random.below(100) < percent; }

  #count(what: string): void { this.tally.set(what, (this.tally.get(what) ?? 0) + 1); }
}

const routeNames = new Map<number, Route>([
  [routes.OFF, "OFF"], [routes.VECTOR, "VECTOR"], [routes.MESSAGE, "MESSAGE"], [routes.RELEASE, "RELEASE"],
]);

const setupOf = (word: number): LineSetup => ({
  route: routeNames.get(word & 3) ?? "OFF", level: (word & 4) !== 0, priority: (word >> 4) & 0xf,
  task: (word >> 8) & 0xff, channel: (word >> 16) & 0x3f,
});
