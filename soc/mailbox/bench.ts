// Drives a mailbox as the CPU, the router and the scheduler do, by chance, and compares all that it answers with the
// model. When the router's message gets its turn, and when a timeout is noticed, is the hardware's choice within
// bounds; the bench looks when that is and tells the model.
import { simulate, type Simulation } from "#hdl-gen";
import * as assert from "uvu/assert";
import { random, type Random } from "../../hdl-gen/fuzz/random.ts";
import type { Register } from "../registers.ts";
import { mailbox, receiveToWindow_cycles } from "./mailbox.ts";
import { MailboxModel, type Outcome, type Rights, type Urgency } from "./model.ts";
import { mailbox as description } from "./registers.ts";
import { creditMax, policyBits, statuses, widthsOf, type MailboxConfig } from "./shape.ts";
import { roundOf } from "./waits.ts";

const { registers } = description;
export type RegisterName = keyof typeof registers;

type Ports = ReturnType<typeof mailbox>["ports"];

/** The CPU's side, one operation at a time, for tests that tell a story. */
export interface MailboxBench {
  readonly sim: Simulation<Ports>;
  readonly io: Simulation<Ports>["io"];
  readonly read: (name: RegisterName, n?: number) => number;
  readonly write: (name: RegisterName, value: number, n?: number) => void;
  /** From now on as this task, or as the kernel on behalf of it. */
  readonly as: (task: number, cpl?: 0 | 1 | 2 | 3) => MailboxBench;
  readonly grant: (task: number, channel: number, rights: Partial<Rights>) => void;
  /** Stages words with two stores. */
  readonly stage: (...words: readonly number[]) => void;
  /** What the receive buffer holds. */
  readonly received: () => number[];
}

export function mailboxBench(config: MailboxConfig): MailboxBench {
  const sim = simulate(mailbox(config));
  const { io } = sim;
  sim.reset();
  sim.until(() => sim.peek("ready") === 1, config.tasks * config.channels + 2);
  const access = (name: RegisterName, n: number, write: 0 | 1, wdata: number): number => {
    announce(sim, name, n);
    sim.step();
    const { bus } = io;
    Object.assign(bus, { access: 1, write, address: io.ahead, mask: 0xf, wdata });
    const found = bus.rdata;
    sim.step();
    bus.access = 0;
    sim.step();
    return found >>> 0;
  };
  const bench: MailboxBench = {
    sim, io,
    read: (name, n = 0) => access(name, n, 0, 0),
    write: (name, value, n = 0) => { access(name, n, 1, value); },
    as(task, cpl = 3) {
      Object.assign(io.running, { task, cpl });
      return bench;
    },
    grant(task, channel, { send = false, receive = false, credit = 0 }) {
      const before = { task: io.running.task, cpl: io.running.cpl };
      bench.as(0, 0).write("SELECT", (task << 8) | channel);
      bench.write("RIGHTS", rightsWord({ send, receive, credit }));
      Object.assign(io.running, before);
    },
    stage(...words) {
      for (const place of [0, 2]) {
        const pair = BigInt(words[place] ?? 0) | (BigInt(words[place + 1] ?? 0) << 32n);
        Object.assign(io.window, { enable: 1, write: 1, address: place, mask: 0xff, wdata: pair });
        sim.step();
      }
      io.window.enable = 0;
    },
    received() {
      return [0, 2].flatMap((place) => {
        Object.assign(io.window, { enable: 1, write: 0, address: place });
        sim.step();
        io.window.enable = 0;
        const pair = BigInt(io.window.rdata);
        return [Number(pair & 0xffff_ffffn), Number(pair >> 32n)];
      });
    },
  };
  return bench;
}

/** Says which register is accessed in the coming cycle. */
function announce(sim: Simulation<Ports>, name: RegisterName, n: number): void {
  const { offset, stride = 0 }: Register = registers[name];
  sim.io.ahead = (offset + n * stride) / 4;
}

const rightsWord = ({ send, receive, credit }: { send: boolean; receive: boolean; credit: number }): number =>
  (Number(receive) << 9) | (Number(send) << 8) | credit;

/** What was done to the mailbox, to see that everything has occurred. */
export type Tally = Map<string, number>;

/** So many random operations; throws at the first difference. `see` is called before each clock edge after reset. */
export function compare(
  config: MailboxConfig, operations: number, seed: number, see: (sim: Simulation<Ports>) => void = () => undefined,
): Tally {
  const sim = simulate(mailbox(config));
  sim.reset();
  sim.watch(() => { see(sim); });
  sim.until(() => sim.peek("ready") === 1, config.tasks * config.channels + 2);
  const run = new Run(sim, config, random(seed));
  while (run.operations < operations) run.cycle();
  return run.tally;
}

/** An access under way: announced in the cycle before the one in which it takes place. */
interface Access {
  readonly name: RegisterName;
  readonly n: number;
  readonly write: 0 | 1;
  readonly wdata: number;
  readonly mask: number;
}

class Run {
  readonly tally: Tally = new Map();
  operations = 0;
  readonly #sim: Simulation<Ports>;
  readonly #config: MailboxConfig;
  readonly #random: Random;
  readonly #model: MailboxModel;
  #now = 0n;
  #task = 0;
  #cpl = 3;
  #selected = { task: 0, channel: 0 };
  /** Cycles until the CPU may begin another access, and until the window shows what was last received. */
  #rest = 0;
  #windowRest = 0;
  #access: Access | undefined;
  #expectedWindow: readonly [number, number] | undefined;
  /** Cycles since the router has asked; it takes no account of those in which the doorbells are not taken. */
  #asking: number | undefined;
  #pause = 0;
  #pauses: readonly number[] = [];
  /** Cycles for which somebody should have been woken, with room for the doorbell. */
  #late = 0;
  /** Few tasks and channels, now these, now those, so that they meet. */
  #tasks: readonly number[] = [];
  #channels: readonly number[] = [];
  #doorbellTaken = 50;

  constructor(sim: Simulation<Ports>, config: MailboxConfig, chance: Random) {
    this.#sim = sim;
    this.#config = config;
    this.#random = chance;
    this.#model = new MailboxModel(config);
  }

  cycle(): void {
    const { io } = this.#sim;
    if (this.operations % 1000 === 0 && this.#access === undefined) this.#choosePlayers();
    this.#now++;
    io.now = this.#now;
    this.#runTask();
    this.#driveBus();
    this.#driveWindow();
    this.#driveRouter();
    io.doorbell.ready = this.#chance(this.#doorbellTaken) ? 1 : 0;
    this.#checkBus();
    this.#checkRouter();
    this.#checkTimeouts();
    this.#checkDoorbell();
    this.#sim.step();
    this.#checkWindow();
  }

  // --- what is done -----------------------------------------------------------------------------------

  #choosePlayers(): void {
    const some = (count: number): number[] => Array.from({ length: 3 }, () => this.#random.below(count));
    this.#tasks = some(this.#config.tasks);
    this.#channels = some(this.#config.channels);
    this.#doorbellTaken = this.#pick([2, 20, 50, 100]);
    this.#pauses = this.#pick([[1, 4, 40], [500], [5000]]);
  }

  #runTask(): void {
    const { running } = this.#sim.io;
    if (this.#access === undefined && this.#windowRest === 0 && this.#chance(20)) {
      this.#task = this.#pick(this.#tasks);
      this.#cpl = this.#pick([0, 1, 3, 3]);
    }
    Object.assign(running, { task: this.#task, cpl: this.#cpl });
    Object.assign(running.urgency, this.#urgency());
  }

  #driveBus(): void {
    const { io } = this.#sim;
    const { bus } = io;
    bus.access = 0;
    if (this.#access !== undefined) {
      const { write, wdata, mask } = this.#access;
      Object.assign(bus, { access: 1, write, mask, wdata, address: io.ahead });
      return;
    }
    io.ahead = this.#random.below(1024);
    if (this.#rest > 0) {
      this.#rest--;
      return;
    }
    if (!this.#chance(60)) return;
    this.#access = this.#anyAccess();
    announce(this.#sim, this.#access.name, this.#access.n);
  }

  #anyAccess(): Access {
    const n = this.#pick(this.#channels);
    const mask = this.#chance(95) ? 0xf : this.#random.below(16);
    const read = (name: RegisterName): Access => ({ name, n, write: this.#chance(98) ? 0 : 1, wdata: 0, mask });
    const one = (name: RegisterName, wdata: number, write: 0 | 1 = 1): Access => ({ name, n: 0, write, wdata, mask });
    const task = this.#pick(this.#tasks);
    const commits = ["COMMIT_1", "COMMIT_2", "COMMIT_3", "COMMIT_4"] as const;
    switch (this.#random.below(16)) {
      case 0: case 1: case 2: case 3: return read(this.#pick(commits));
      case 4: case 5: case 6: return read("RECEIVE");
      case 7: case 8: return read("WAIT");
      case 9: return read("POLL");
      case 10: return this.#chance(30) ? read("DISCARD") : read("RECEIVE");
      case 11: return { name: "CHANNEL", n, write: this.#chance(80) ? 1 : 0, mask,
        wdata: (this.#random.below(2) << 8) | task };
      case 12: case 13: return one("SELECT", (task << 8) | n);
      case 14: return one("RIGHTS", rightsWord({
        send: this.#chance(80), receive: this.#chance(80), credit: this.#random.below(creditMax(this.#config) + 1),
      }), this.#chance(80) ? 1 : 0);
      default: return this.#chance(20)
        ? one("CLEAR", (task << 8) | this.#random.below(2)) : one("SELECT", 0, 0);
    }
  }

  #driveWindow(): void {
    const { window } = this.#sim.io;
    this.#expectedWindow = undefined;
    window.enable = 0;
    if (this.#windowRest > 0) {
      this.#windowRest--;
      return;
    }
    // No load or store is under way while an access is.
    if (this.#access !== undefined || !this.#chance(50)) return;
    const { word } = widthsOf(this.#config);
    const write = this.#chance(60) ? 1 : 0;
    const address = this.#random.below(4);
    const mask = this.#pick([0xff, 0xff, 0x0f, this.#random.below(256)]);
    // Mostly short times, for the first word is also how long to wait.
    const value = (): number => this.#random.below(Math.min(2 ** word, this.#pick([300, 2 ** word])));
    const words = [value(), value()] as const;
    Object.assign(window, { enable: 1, write, address, mask });
    const pair = BigInt(words[0]) | (BigInt(words[1]) << BigInt(word));
    window.wdata = (2 * word > 32 ? pair : Number(pair));
    if (write === 1) this.#model.store(this.#task, address, mask, words);
    else this.#expectedWindow = this.#model.load(this.#task, address);
  }

  #driveRouter(): void {
    const { interrupt } = this.#sim.io;
    if (this.#asking !== undefined) return;
    interrupt.valid = 0;
    if (this.#pause > 0) {
      this.#pause--;
      return;
    }
    this.#pause = this.#random.below(this.#pick(this.#pauses));
    this.#asking = 0;
    interrupt.valid = 1;
    interrupt.channel = this.#pick(this.#channels);
    Object.assign(interrupt.urgency, this.#urgency());
    const { message } = widthsOf(this.#config);
    let words = 0n;
    for (let i = 0; i < message; i += 16) words = (words << 16n) | BigInt(this.#random.below(2 ** 16));
    words = BigInt.asUintN(message, words);
    interrupt.words = (message > 32 ? words : Number(words));
  }

  // --- what is compared -------------------------------------------------------------------------------

  #checkBus(): void {
    const access = this.#access;
    if (this.#sim.io.bus.access === 0 || access === undefined) return;
    this.operations++;
    const found = this.#sim.io.bus.rdata >>> 0;
    const expected = this.#expected(access);
    if (expected !== undefined) {
      const what = `${access.name}(${access.n}) by task ${this.#task}, ring ${this.#cpl}, cycle ${this.#now}`;
      assert.is(found.toString(16), expected.toString(16), what);
    }
    this.#access = undefined;
    this.#rest = 2;
    this.#windowRest = receiveToWindow_cycles - 1;
  }

  /** What is read; undefined for writes, whose effects show later. */
  #expected({ name, n, write, wdata, mask }: Access): number | undefined {
    const model = this.#model;
    const kernel = this.#cpl === 0;
    const task = this.#task;
    if (write === 1) {
      if (kernel && mask === 0xf) this.#write(name, n, wdata);
      return undefined;
    }
    const urgency = urgencyIn(this.#sim.io.running.urgency);
    switch (name) {
      case "COMMIT_1": case "COMMIT_2": case "COMMIT_3": case "COMMIT_4":
        return this.#word("send", model.commit(task, n, Number(name.slice(-1)), urgency));
      case "RECEIVE": return this.#word("receive", model.receive(task, n));
      case "WAIT": return this.#word("wait", model.wait(task, n, this.#now));
      case "DISCARD": return this.#word("discard", kernel ? model.discard(n) : { status: "DENIED" });
      case "POLL": {
        const seen = model.poll(task, n, kernel);
        return typeof seen === "string" ? denied : (Number(seen.waits) << 8) | seen.messages;
      }
      case "CHANNEL": {
        const { receiver, inherits } = model.route(n);
        return kernel ? (Number(inherits) << 8) | receiver : denied;
      }
      case "SELECT": return kernel ? (this.#selected.task << 8) | this.#selected.channel : denied;
      case "RIGHTS": return kernel ? rightsWord(model.rights(this.#selected.task, this.#selected.channel)) : denied;
      case "CLEAR": return kernel ? 0 : denied;
      case "STATE": return kernel ? 1 : denied;
    }
  }

  #write(name: RegisterName, n: number, wdata: number): void {
    const task = (wdata >> 8) & 0xff;
    if (name === "CHANNEL") this.#model.setRoute(n, wdata & 0xff, task !== 0);
    if (name === "SELECT") this.#selected = { task, channel: wdata & 0x3f };
    if (name === "CLEAR") this.#model.clear(task, wdata & 1);
    if (name !== "RIGHTS") return;
    this.#model.setRights(this.#selected.task, this.#selected.channel, {
      receive: (wdata & 0x200) !== 0, send: (wdata & 0x100) !== 0, credit: wdata & creditMax(this.#config),
    });
  }

  #word(what: string, { status, message }: Outcome): number {
    this.#count(`${what} ${status}`);
    const code = statuses[status] * 2 ** 28;
    if (message === undefined) return code;
    return code + (message.sender << 8) + (Number(message.fromRouter) << 7) + message.count - 1;
  }

  #checkRouter(): void {
    const { interrupt } = this.#sim.io;
    if (this.#asking === undefined) return;
    const { word, message } = widthsOf(this.#config);
    const urgency = urgencyIn(interrupt.urgency);
    const words = Array.from({ length: message / word }, (_, i) =>
      Number((BigInt(interrupt.words) >> BigInt(word * i)) & ((1n << BigInt(word)) - 1n)));
    if (this.#sim.peek("places") === 1) {
      assert.ok(this.#model.place(Number(interrupt.channel), words, urgency), "a full channel takes no message");
    }
    if (interrupt.done === 0) {
      if (this.#model.doorbells.length < this.#config.doorbells) this.#asking++;
      assert.ok(this.#asking <= routerMessage_cycles, `the router has waited for ${this.#asking} cycles`);
      return;
    }
    if (interrupt.refused === 1) {
      assert.not(this.#model.place(Number(interrupt.channel), words, urgency), "only a full channel refuses a message");
      this.#count("router refused");
    } else {
      this.#model.publish();
      this.#count("router sent");
    }
    this.#asking = undefined;
    // A cycle goes by before it asks again.
    this.#pause = Math.max(this.#pause, 1);
  }

  #checkTimeouts(): void {
    if (this.#sim.peek("expires") === 1) {
      this.#model.expire(Number(this.#sim.peek("due_channel")), this.#now);
      this.#count("timed out");
    }
    // While the doorbells wait, so do the timeouts.
    const hasRoom = this.#model.doorbells.length < this.#config.doorbells;
    if (this.#model.overdue_cycles(this.#now) <= 0) this.#late = 0;
    else if (hasRoom) this.#late++;
    assert.ok(this.#late <= timeout_cycles(this.#config), `a timeout is ${this.#late} cycles late`);
  }

  #checkDoorbell(): void {
    const { doorbell } = this.#sim.io;
    if (doorbell.valid === 0 || doorbell.ready === 0) return;
    const expected = this.#model.doorbells.shift();
    assert.ok(expected, "there is a doorbell to ring");
    const { kind, waited } = expected;
    assert.equal({
      kind: doorbell.waits === 1 ? "wait" : doorbell.in_vain === 1 ? "timeout" : "message",
      task: doorbell.number, channel: doorbell.channel, waited: doorbell.waited === 1,
      inherits: doorbell.inherits === 1 ? urgencyIn(doorbell.urgency) : undefined,
    }, { ...expected });
    this.#count(`doorbell: ${kind}${waited ? ", waited for" : ""}`);
  }

  #checkWindow(): void {
    if (this.#expectedWindow === undefined) return;
    const { word } = widthsOf(this.#config);
    const pair = BigInt(this.#sim.io.window.rdata);
    const found = [Number(pair & ((1n << BigInt(word)) - 1n)), Number(pair >> BigInt(word))];
    assert.equal(found, [...this.#expectedWindow], "the window shows what was received");
    this.#count("window read");
  }

  // --- chance -----------------------------------------------------------------------------------------

  #chance(percent: number): boolean { return this.#random.below(100) < percent; }

  #pick<T>(from: readonly T[]): T { return this.#random.pick(from); }

  #urgency(): { readonly policy: number; readonly value: number | bigint } {
    const { timeBits } = this.#config;
    const value = this.#random.bits(timeBits);
    return { policy: this.#random.below(2 ** policyBits), value: timeBits > 32 ? value : Number(value) };
  }

  #count(what: string): void { this.tally.set(what, (this.tally.get(what) ?? 0) + 1); }
}

/** Ports as wide as a configuration says are numbers or big ones. */
const urgencyIn = (of: { readonly policy: number; readonly value: number | bigint }): Urgency =>
  ({ policy: of.policy, value: BigInt(of.value) });

const denied = statuses.DENIED * 2 ** 28;

/** From a waiter's time to its being woken, while the doorbells' queue has room. */
export const timeout_cycles = (config: MailboxConfig): number => 4 * roundOf(config);

/** From the router's asking to its being done, while the doorbells' queue has room. */
export const routerMessage_cycles = 7;
