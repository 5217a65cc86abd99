// What contexts are, and when one is exchanged for another, in plain TypeScript. A context is its 32-bit words, by the
// numbers that software knows them by.
import { contextWords } from "./layout.ts";
import { exchangeMin_cycles, interval_cycles, type ContextsConfig } from "./shape.ts";

export type Words = readonly number[];

/** From an access that writes a word to the end of its writing. */
const write_cycles = 3;

export const wordCount = Math.max(...contextWords.map(({ number }) => number)) + 1;
const maskOf = new Map(contextWords.map(({ number, width }) => [number, 2 ** width - 1]));

/** Bits that there are of a word; 0 where there is none. */
export const wordMask = (number: number): number => maskOf.get(number) ?? 0;
const cut = (number: number, value: number): number => (value & wordMask(number)) >>> 0;

/** What the scheduler and the kernel say in a cycle. */
export interface Asked {
  readonly choice: { readonly valid: boolean; readonly number: number; readonly settled: boolean };
  readonly waits: boolean;
  /** Everybody else who exchanges something has loaded it. */
  readonly ready: boolean;
  /** The core is held. */
  readonly held: boolean;
}

/** What the unit may do in a cycle: an exchange may be due, not allowed, or up to it while a context is read anew. */
export interface Expected {
  readonly hold: boolean;
  readonly next: number;
  readonly switches: boolean;
  readonly exchange: "must" | "may" | "must not";
  readonly late_cycles: number;
}

export class ContextsModel {
  running = 0;
  follow = false;
  wanted = 0;
  anywhere = false;
  late = { count: 0, most: 0 };
  /** Cycles in which a task ran because it was the scheduler's choice. */
  chosen_cycles = 0;
  readonly #config: ContextsConfig;
  readonly #contexts: number[][];
  #cycle = 0;
  #exchanged = -interval_cycles;
  /** What is being carried out. */
  #decision: { readonly task: number; readonly at: number } | undefined;
  #written = { task: 0, at: -interval_cycles };
  /** Whether it is the scheduler's choice: who shall run, who runs, who ran in the cycle before. */
  #chosen = { next: false, now: false, before: false };

  constructor(config: ContextsConfig) {
    this.#config = config;
    this.#contexts = Array.from({ length: config.tasks }, () => Array.from({ length: wordCount }, () => 0));
  }

  contextOf(task: number): Words { return this.#contexts[task] ?? []; }

  /** The kernel writes a word. Of the running task, nothing is written. */
  write(task: number, number: number, value: number): void {
    if (task === this.running) return;
    const context = this.#contexts[task];
    if (context !== undefined) context[number] = cut(number, value);
    this.#written = { task, at: this.#cycle };
  }

  /** One cycle; then `exchange`, if one was made, before the next. */
  cycle({ choice, waits, ready, held }: Asked): Expected {
    this.#cycle++;
    if (this.#chosen.before) this.chosen_cycles = (this.chosen_cycles + 1) >>> 0;
    this.#chosen = { ...this.#chosen, next: this.follow && choice.valid, before: this.#chosen.now };
    const next = this.#chosen.next ? choice.number : this.wanted;
    const isFinal = !this.follow || choice.settled || !choice.valid;
    const switches = isFinal && next !== this.running;
    if (!switches) this.#decision = undefined;
    else if (this.#decision?.task !== next) this.#decision = { task: next, at: this.#cycle };
    const since = this.#decision?.at ?? this.#cycle;
    const age = this.#cycle - since;
    // A context that is being saved or written is read anew after that.
    const undisturbed = Math.max(since, this.#exchanged + exchangeMin_cycles,
      this.#written.task === next ? this.#written.at + write_cycles : 0);
    const isAllowed = switches && held && ready && age >= this.#config.exchange_cycles
      && this.#cycle - this.#exchanged >= interval_cycles;
    const isLoaded = this.#cycle - undisturbed >= exchangeMin_cycles;
    return {
      hold: (switches && this.#cycle - this.#exchanged >= interval_cycles - this.#config.exchange_cycles)
        || (this.follow && waits && this.running !== this.wanted),
      next, switches,
      exchange: !isAllowed ? "must not" : isLoaded ? "must" : "may",
      late_cycles: age - this.#config.exchange_cycles,
    };
  }

  /** The core's state becomes the running task's context, and this is what the core is given. */
  exchange(next: number, live: Words, late_cycles: number): Words {
    this.#contexts[this.running] = live.map((value, number) => cut(number, value));
    this.running = next;
    this.#chosen.now = this.#chosen.next;
    this.#exchanged = this.#cycle;
    this.#decision = undefined;
    if (late_cycles > 0) this.late = { count: this.late.count + 1, most: Math.max(this.late.most, late_cycles) };
    return this.contextOf(next);
  }
}
