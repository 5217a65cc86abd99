// Stands for the core at a switch: it comes to a boundary some time after it is asked to hold, gives its state away and
// takes another one, and between that changes its state as programs do.
import type { Flipped, Outside } from "#hdl-gen";
import { contextSegments, type switchPort } from "../cpu/context.ts";
import { generalNames, groups, stackRow, stateWords } from "./layout.ts";
import { wordCount, wordMask, type Words } from "./model.ts";

export type CoreEnd = Outside<Flipped<typeof switchPort>>;

/** Chance, as far as a program needs it. */
export interface Whims {
  /** Any word. */
  readonly word: () => number;
  /** Cycles until the next boundary. */
  readonly drain: () => number;
}

const general = (n: number): number => 8 * groups.general + n;
const esp = general(generalNames.indexOf("esp"));
const segment = (what: "rights" | "base" | "limit", n: number): number => 8 * groups[what] + n;
const state = (name: (typeof stateWords)[number]): number => 8 * groups.state + stateWords.indexOf(name);
const level = 8 * groups.state + stateWords.length;

/** Cycles from an exchange to the first one in which the core can be at a boundary again. */
const refill_cycles = 4;

export class StandIn {
  /** The state that runs. */
  live: number[];
  /** General registers of the bank not in use. */
  readonly #bank: number[];
  readonly #whims: Whims;
  #held = false;
  #hasGiven = false;
  #drain = 0;
  #refill = 0;

  constructor(whims: Whims) {
    this.#whims = whims;
    this.live = Array.from({ length: wordCount }, (_, n) => (whims.word() & wordMask(n)) >>> 0);
    this.#bank = generalNames.map(() => whims.word());
  }

  get held(): boolean { return this.#held; }
  /** Something is executed: it may access devices. */
  get runs(): boolean { return !this.#held && this.#refill === 0; }

  /** Drives its side, in a cycle; the bank's row is known by then. */
  drive(core: CoreEnd): void {
    core.held = this.#held ? 1 : 0;
    if (this.#held && !this.#hasGiven) give(core.outgoing, this.live);
    this.#hasGiven = this.#held;
    const { row } = core.bank;
    const [lower = 0, upper = 0] = [this.#bank[2 * row], this.#bank[2 * row + 1]];
    // ESP's half means nothing.
    core.bank.rdata = (BigInt(upper) << 32n) | BigInt(row === stackRow ? this.#whims.word() : lower);
  }

  /** What it is given if this cycle has an exchange. */
  incoming(core: CoreEnd): Words {
    const words = taken(core.incoming);
    this.#bank.forEach((value, n) => { if (general(n) !== esp) words[general(n)] = value; });
    return words;
  }

  /** What the clock's edge does to it. `mayStop`: it can come to a boundary now. */
  step(core: CoreEnd, mayStop: boolean): void {
    if (core.bank.write === 1) {
      this.#bank[2 * core.bank.row] = Number(core.bank.wdata & 0xffff_ffffn);
      this.#bank[2 * core.bank.row + 1] = Number(core.bank.wdata >> 32n);
    }
    if (core.exchange === 1) {
      const words = this.incoming(core);
      this.#bank.forEach((_, n) => { this.#bank[n] = this.live[general(n)] ?? 0; });
      this.live = [...words];
      this.#held = false;
      this.#refill = refill_cycles;
      this.#drain = this.#whims.drain();
      return;
    }
    if (this.#refill > 0) this.#refill--;
    if (core.hold === 0) {
      this.#held = false;
      this.#drain = this.#whims.drain();
    } else if (this.#drain > 0) this.#drain--;
    else this.#held ||= this.#refill === 0 && mayStop;
    if (this.#held || this.#refill > 0) return;
    const n = this.#whims.word() % wordCount;
    this.live[n] = (this.#whims.word() & wordMask(n)) >>> 0;
  }
}

/** Its state as ports have it. */
function give(to: CoreEnd["outgoing"], words: Words): void {
  const word = (n: number): number => words[n] ?? 0;
  Object.assign(to, {
    eip: word(state("eip")), flags: word(state("flags")), directory: word(state("directory")),
    entry_stack: word(state("entry_stack")), esp: word(esp), cpl: word(level) & 3, task_of_386: word(level) >> 2,
  });
  contextSegments.forEach((_, n) => {
    const rights = word(segment("rights", n));
    Object.assign(to.segments[n] ?? {}, {
      base: word(segment("base", n)), limit: word(segment("limit", n)), selector: rights & 0xffff,
      usable: (rights >> 16) & 1, readable: (rights >> 17) & 1, writable: (rights >> 18) & 1,
      expands_down: (rights >> 19) & 1, big: (rights >> 20) & 1, guard: (rights >> 21) & 3,
    });
  });
}

function taken(from: CoreEnd["incoming"]): number[] {
  const words = Array.from({ length: wordCount }, () => 0);
  for (const name of stateWords) words[state(name)] = from[name] >>> 0;
  words[esp] = from.esp >>> 0;
  words[level] = (from.task_of_386 << 2) | from.cpl;
  from.segments.forEach((s, n) => {
    words[segment("base", n)] = s.base >>> 0;
    words[segment("limit", n)] = s.limit >>> 0;
    words[segment("rights", n)] = s.selector | (s.usable << 16) | (s.readable << 17) | (s.writable << 18)
      | (s.expands_down << 19) | (s.big << 20) | (s.guard << 21);
  });
  return words;
}
