// Drives an MPU as the core, the kernel and the dispatcher do, by chance, and compares what it refuses with the model in
// every clock, and what the kernel reads.
import { simulate, type Simulation } from "#hdl-gen";
import * as assert from "uvu/assert";
import { random, type Random } from "../../hdl-gen/fuzz/random.ts";
import { MpuModel, type AccessSetup, type Kind } from "./model.ts";
import { mpu } from "./mpu.ts";
import { mpu as description } from "./registers.ts";
import { granule_bytes, load_cycles, ringRights, rings, rowsPerTask, selectToEntry_cycles, type MpuConfig } from "./shape.ts";

const { registers } = description;
export type RegisterName = keyof typeof registers;
type Ports = ReturnType<typeof mpu>["ports"];

export interface MpuBench {
  readonly sim: Simulation<Ports>;
  readonly io: Simulation<Ports>["io"];
  readonly read: (name: RegisterName) => number;
  readonly write: (name: RegisterName, value: number) => void;
  /** From now on in this ring. */
  readonly as: (ring: number) => void;
  /** Addresses of the first byte and of the last; rights by ring, ring 0's first. */
  readonly setRegion: (
    task: number | "common", region: number, base: number, last: number, rights: readonly (keyof typeof ringRights)[],
  ) => void;
  /** Loads a task's regions and makes them count; how many clocks the load took. */
  readonly switchTo: (task: number) => number;
  readonly refuses: (kind: Kind, ring: number, first: number, last?: number) => boolean;
}

export const rightsWord = (list: readonly (keyof typeof ringRights)[]): number =>
  list.reduce((all, name, ring) => all | (ringRights[name] << (2 * ring)), 0);

/** As the kernel, one access at a time, for tests that tell a story. */
export function mpuBench(config: MpuConfig): MpuBench {
  const sim = readyMpu(config);
  const { io } = sim;
  let cpl = 0;
  const access = (name: RegisterName, write: 0 | 1, wdata: number): number => {
    io.core.fetch.ring = cpl;
    Object.assign(io.bus, { access: 1, write, address: registers[name].offset / 4, mask: 0xf, wdata });
    const found = io.bus.rdata >>> 0;
    sim.step();
    io.bus.access = 0;
    sim.step(selectToEntry_cycles - 1);
    return found;
  };
  const bench: MpuBench = {
    sim, io,
    read: (name) => access(name, 0, 0),
    write: (name, value) => { access(name, 1, value); },
    as: (ring) => { cpl = ring; },
    setRegion(task, region, base, last, rights) {
      bench.write("SELECT", (task === "common" ? 0x80 : task << 8) | region);
      bench.write("BASE", base);
      bench.write("LIMIT", last);
      bench.write("RIGHTS", rightsWord(rights));
    },
    switchTo(task) {
      Object.assign(io.next, { valid: 1, task });
      let clocks = 0;
      for (; io.next.ready === 0 && clocks <= load_cycles; clocks++) sim.step();
      io.exchange = 1;
      sim.step();
      Object.assign(io.next, { valid: 0 });
      io.exchange = 0;
      return clocks;
    },
    refuses(kind, ring, first, last = first) {
      const granule = Math.floor(first / granule_bytes);
      const crosses = Number(Math.floor(last / granule_bytes) !== granule);
      if (kind === "execute") {
        Object.assign(io.core.fetch, { first: granule, second: granule, ring });
        return io.core.fetch.refuses.first === 1;
      }
      Object.assign(io.core.data, { granule, crosses, ring });
      return io.core.data.refuses[kind] === 1;
    },
  };
  return bench;
}

/** All rows cleared after reset. */
function readyMpu(config: MpuConfig, see: (sim: Simulation<Ports>) => void = () => undefined): Simulation<Ports> {
  const sim = simulate(mpu(config)).reset();
  sim.watch(() => { see(sim); });
  sim.until(() => sim.peek("clearing") === 0, rowsPerTask * config.tasks + 1);
  return sim;
}

/** So many clocks by chance; throws at the first difference. `see` is called before each clock edge after reset. */
export function compare(
  config: MpuConfig, clocks: number, seed: number, see?: (sim: Simulation<Ports>) => void,
): Map<string, number> {
  const run = new Run(readyMpu(config, see), config, random(seed));
  for (let i = 0; i < clocks; i++) run.clock();
  return run.tally;
}

class Run {
  readonly tally = new Map<string, number>();
  readonly #sim: Simulation<Ports>;
  readonly #config: MpuConfig;
  readonly #random: Random;
  readonly #model: MpuModel;
  readonly #granules: number;
  /** Places that regions begin and end at, so that they meet. */
  readonly #marks: readonly number[];
  #ring = 0;
  /** Clocks until the bus may be used again. */
  #rest = 0;
  /** Clocks since the next task's regions were asked for. */
  #loading = 0;

  constructor(sim: Simulation<Ports>, config: MpuConfig, chance: Random) {
    this.#sim = sim;
    this.#config = config;
    this.#random = chance;
    this.#model = new MpuModel(config);
    this.#granules = 2 ** config.granuleBits;
    this.#marks = Array.from({ length: 6 }, () => chance.below(this.#granules));
  }

  clock(): void {
    const { io } = this.#sim;
    io.exchange = 0;
    io.bus.access = 0;
    if (this.#random.below(20) === 0) this.#ring = this.#random.pick([0, 0, 0, 1, 2, 3]);
    this.#checkAccesses();
    const { next } = io;
    if (this.#random.below(next.ready === 1 ? 6 : 40) === 0) {
      const task = this.#random.below(this.#config.tasks);
      if (task !== next.task) this.#loading = 0;
      Object.assign(next, { valid: 1, task });
      this.#count("load");
    } else if (this.#random.below(50) === 0) {
      next.valid = 1 - next.valid;
      this.#loading = 0;
    }
    const ready = next.ready === 1;
    if (next.valid === 1 && !ready) assert.ok(this.#loading++ < load_cycles, "a load takes too long");
    const act = this.#rest === 0 && this.#random.below(3) === 0 ? this.#useBus() : undefined;
    if (this.#rest > 0) this.#rest--;
    const exchange = this.#random.below(ready ? 12 : 200) === 0 ? { task: Number(next.task), complete: ready } : undefined;
    if (exchange !== undefined) {
      io.exchange = 1;
      this.#count(ready ? "exchange" : "exchange too soon");
    }
    this.#sim.step();
    act?.();
    this.#model.tick(exchange);
  }

  #granule(): number {
    const near = this.#random.pick(this.#marks) + this.#random.below(3) - 1;
    const any = this.#random.below(10) === 0 ? this.#random.below(this.#granules) : near;
    return (any + this.#granules) % this.#granules;
  }

  #checkAccesses(): void {
    const { core, dma } = this.#sim.io;
    const expect = (name: string, access: AccessSetup, found: number): void => {
      const expected = this.#model.refuses(access);
      assert.is(found, Number(expected), `${name}: ${JSON.stringify(access)}`);
      if (this.#model.enabled) this.#count(`${access.kind} ${expected ? "refused" : "allowed"}`);
    };
    for (const [name, port] of [["data", core.data], ["dma", dma]] as const) {
      const [first, crosses, ring] = [this.#granule(), this.#random.below(2), this.#random.below(rings)];
      Object.assign(port, { granule: first, crosses, ring });
      for (const kind of ["read", "write"] as const) {
        expect(name, { first, last: first + crosses, ring, kind }, port.refuses[kind]);
      }
    }
    const [place, who] = [this.#granule(), this.#random.below(rings)];
    Object.assign(core.other, { granule: place, ring: who });
    for (const kind of ["read", "write"] as const) {
      expect("other", { first: place, last: place, ring: who, kind }, core.other.refuses[kind]);
    }
    Object.assign(core.fetch, { first: this.#granule(), second: this.#granule(), ring: this.#ring });
    for (const which of ["first", "second"] as const) {
      const at = Number(core.fetch[which]);
      expect(which, { first: at, last: at, ring: this.#ring, kind: "execute" }, core.fetch.refuses[which]);
    }
  }

  /** An access; gives what the model is to do at the end of the clock. */
  #useBus(): (() => void) | undefined {
    this.#rest = selectToEntry_cycles;
    const isKernel = this.#ring === 0;
    const { bus } = this.#sim.io;
    if (this.#random.below(4) === 0) {
      const name = this.#random.pick(["CONTROL", "STATE", "SELECT", "BASE", "LIMIT", "RIGHTS", "LOCK"] as const);
      Object.assign(bus, { access: 1, write: 0, address: registers[name].offset / 4, mask: 0xf });
      const expected = isKernel ? this.#readable(name) : 0;
      assert.is((bus.rdata >>> 0).toString(16), expected.toString(16), name);
      this.#count(`read ${name}`);
      return undefined;
    }
    const name = this.#random.pick(
      ["SELECT", "SELECT", "SELECT", "BASE", "LIMIT", "RIGHTS", "RIGHTS", "RIGHTS", "CONTROL", "LOCK"] as const);
    const value = this.#value(name);
    const mask = this.#random.below(20) === 0 ? 0x7 : 0xf;
    Object.assign(bus, { access: 1, write: 1, address: registers[name].offset / 4, mask, wdata: value | 0 });
    if (!isKernel || mask !== 0xf) return undefined;
    return () => { this.#write(name, value); };
  }

  #value(name: RegisterName): number {
    const { tasks, own, common } = this.#config;
    const chance = this.#random;
    if (name === "SELECT") {
      const isCommon = chance.below(4) === 0;
      // One that does not exist, too.
      const count = isCommon ? common + 1 : own;
      const task = chance.pick([chance.below(tasks), Number(this.#sim.io.next.task)]);
      return (task << 8) | (Number(isCommon) << 7) | chance.below(count);
    }
    if (name === "BASE" || name === "LIMIT") return (this.#granule() * granule_bytes) >>> 0;
    if (name === "RIGHTS") return chance.below(2) === 0 ? chance.below(512) : chance.pick([0x002, 0x080, 0x0aa, 0x0ff]);
    // Locks are for ever, so they come late.
    if (name === "LOCK") return chance.below(60) === 0 ? 1 << chance.below(common) : 0;
    return Number(chance.below(8) !== 0) | (Number(chance.below(60) === 0) << 1);
  }

  #write(name: RegisterName, value: number): void {
    const model = this.#model;
    const granule = Math.floor((value >>> 0) / granule_bytes);
    if (name === "CONTROL") model.control((value & 1) === 1, (value & 2) === 2);
    if (name === "LOCK") model.lock(value);
    if (name === "SELECT") {
      const task = (value >> 8) & 0xff;
      model.select({ task, common: ((value >> 7) & 1) === 1, region: value & 0xf });
    }
    if (name === "BASE") model.edited = { ...model.edited, base: granule };
    if (name === "LIMIT") model.edited = { ...model.edited, limit: granule };
    if (name === "RIGHTS") {
      model.commit(value & 0x1ff);
      this.#count(model.refused ? "region refused" : "region written");
    }
  }

  #readable(name: RegisterName): number {
    const { enabled, wxLocked, refused, activeTask, selected, edited, locked } = this.#model;
    return {
      CONTROL: Number(enabled) | (Number(wxLocked) << 1),
      STATE: 1 | (Number(refused) << 1) | (activeTask << 8),
      SELECT: (selected.task << 8) | (Number(selected.common) << 7) | selected.region,
      BASE: edited.base * granule_bytes,
      LIMIT: edited.limit * granule_bytes + granule_bytes - 1,
      RIGHTS: edited.rights,
      LOCK: locked,
    }[name];
  }

  #count(what: string): void { this.tally.set(what, (this.tally.get(what) ?? 0) + 1); }
}
