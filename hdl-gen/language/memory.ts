// Memories, typed by port. How a memory is read decides what it becomes: clocked reads infer block RAM, reads in the
// same cycle distributed RAM. A clocked port delivers what the word held before this cycle's writes.
/* oxlint-disable typescript/no-unsafe-type-assertion -- widths are computed in the types, and checked when they run */
import { Bits, bitCount, checkWidth, constant, operand, type Bit, type Val } from "./bits.ts";
import type { Clock } from "./clock.ts";
import { HdlError } from "./error.ts";
import type { Signal } from "./signal.ts";
import { Site } from "./site.ts";
import { indexWidth } from "./widths.ts";

/** Words in order, or a file of hexadecimal words for `$readmemh`. */
export type MemoryInit = readonly (number | bigint)[] | { readonly file: string };

/**
 * `old`: the word from before the write, on every device; where block RAM does not do so by itself, synthesis adds
 * logic. `undefined`: whatever the device gives; simulators give the old word.
 */
export type Collisions = "old" | "undefined";

export interface MemoryShape<N extends number = number> {
  readonly width: N;
  readonly depth: number;
  readonly init?: MemoryInit;
  readonly doc?: string;
  /** What one port reads of a word that another writes in the same cycle; `old` unless stated. */
  readonly collisions?: Collisions;
}

interface Access {
  readonly address: Bits;
  readonly enable: Bits;
  readonly clock: Clock;
  readonly at: Site;
}
export interface MemoryRead extends Access {
  readonly target: Signal;
}
export interface MemoryWrite extends Access {
  readonly data: Bits;
  readonly byteEnable: Bits | undefined;
}
export interface MemoryPort extends MemoryWrite {
  readonly target: Signal;
  readonly write: Bits;
}

/** A memory as data, for the checks, the Verilog writer and the simulator. */
export interface Memory {
  readonly label: string;
  readonly width: number;
  readonly depth: number;
  readonly init: readonly bigint[] | { readonly file: string };
  readonly doc: string;
  readonly collisions: Collisions;
  readonly at: Site;
  readonly reads: readonly MemoryRead[];
  readonly writes: readonly MemoryWrite[];
  readonly ports: readonly MemoryPort[];
}

export interface ReadOptions {
  readonly address: Bits;
  /** While 0, the data of the last read stays. */
  readonly enable?: Bit;
}
export interface WriteOptions<N extends number> {
  readonly address: Bits;
  readonly data: Val<N>;
  readonly enable: Bit;
  /** One bit for each byte, or other equal part, of the word. */
  readonly byteEnable?: Bits;
}
export interface PortOptions<N extends number> {
  readonly address: Bits;
  readonly enable: Bit;
  /** Writes if set; the port reads in either case. */
  readonly write: Bit;
  readonly data: Val<N>;
  readonly byteEnable?: Bits;
}

/** Makes the signal that a clocked port drives, named by the user. */
export type DeclareRead = (name: string, width: number, doc: string, at: Site) => Signal;

export class MemoryHandle<N extends number> implements Memory {
  readonly label: string;
  readonly width: N;
  readonly depth: number;
  readonly init: readonly bigint[] | { readonly file: string };
  readonly doc: string;
  readonly collisions: Collisions;
  readonly at: Site;
  readonly reads: MemoryRead[] = [];
  readonly writes: MemoryWrite[] = [];
  readonly ports: MemoryPort[] = [];
  readonly #declare: DeclareRead;
  readonly #clock: () => Clock;

  /** `clock` tells what an access that is being declared belongs to. */
  constructor(label: string, shape: MemoryShape<N>, declare: DeclareRead, clock: () => Clock, at: Site) {
    checkWidth(shape.width, `memory "${label}"`, at);
    this.label = label;
    this.width = shape.width;
    this.depth = shape.depth;
    this.doc = shape.doc ?? "";
    this.collisions = shape.collisions ?? "old";
    this.at = at;
    this.#declare = declare;
    this.#clock = clock;
    if (!Number.isInteger(shape.depth) || shape.depth < 2) {
      throw new HdlError({
        code: "memory-shape",
        summary: `memory "${label}" cannot have ${shape.depth} ${shape.depth === 1 ? "word" : "words"}`,
        at,
        fix: "a memory has a whole number of words, at least 2; a single word is a register",
      });
    }
    this.init = initialWords(label, shape, at);
  }

  /** The word at `address` in this very cycle (distributed RAM). */
  readAsync(address: Bits): Bits<N> {
    return new Bits(this.width, { op: "memory", memory: this, address: this.#address(address, new Site()) });
  }

  /** A clocked read port (block RAM): the word arrives in the next cycle, under `name`, and stays while not enabled. */
  readSync(name: string, { address, enable = constant(1, 1) }: ReadOptions): Bits<N> {
    const at = new Site();
    const target = this.#declare(name, this.width, `read from ${this.label}`, at);
    this.reads.push({
      target,
      address: this.#address(address, at),
      enable: operand(enable, ONE_BIT, "enable", at),
      clock: this.#clock(),
      at,
    });
    return target as Bits as Bits<N>;
  }

  /** A clocked write port. Two ports that write one word in one cycle leave it undefined. */
  write({ address, data, enable, byteEnable }: WriteOptions<N>): void {
    const at = new Site();
    this.writes.push({
      address: this.#address(address, at),
      data: this.#data(data, byteEnable, at),
      enable: operand(enable, ONE_BIT, "enable", at),
      byteEnable,
      clock: this.#clock(),
      at,
    });
  }

  /** A clocked port that reads and may write; it delivers, in the next cycle, what the word held before the write. */
  port(name: string, { address, enable, write, data, byteEnable }: PortOptions<N>): Bits<N> {
    const at = new Site();
    const target = this.#declare(name, this.width, `read from ${this.label}`, at);
    this.ports.push({
      target,
      address: this.#address(address, at),
      data: this.#data(data, byteEnable, at),
      enable: operand(enable, ONE_BIT, "enable", at),
      write: operand(write, ONE_BIT, "write", at),
      byteEnable,
      clock: this.#clock(),
      at,
    });
    return target as Bits as Bits<N>;
  }

  #address(address: Bits, at: Site): Bits {
    const width = indexWidth(this.depth);
    if (address.width === width) return address;
    throw new HdlError({
      code: "address-width",
      summary: `memory "${this.label}" of ${this.depth} words needs an address of ${bitCount(width)}, not ${address.width}`,
      at,
      notes: [{ at: this.at, text: `"${this.label}" is declared here` }],
      fix: "narrow the address with .slice(hi, lo) or widen it with .zext(n)",
    });
  }

  #data(data: Val<N>, byteEnable: Bits | undefined, at: Site): Bits {
    const like = new Bits(this.width, { op: "const", value: 0n });
    const value = operand(data, like, `data for memory "${this.label}"`, at);
    if (byteEnable === undefined) return value;
    if (this.width % byteEnable.width !== 0) {
      throw new HdlError({
        code: "byte-enable",
        summary: `${bitCount(byteEnable.width)} of byte enable cannot part a word of ${bitCount(this.width)} equally`,
        at,
        fix: "give one enable bit for each equal part of the word",
      });
    }
    // The parts are written one by one: both must be something that has a name.
    const part = this.width / byteEnable.width;
    for (let i = 0; i < byteEnable.width; i++) {
      value.slice(i * part + part - 1, i * part);
      byteEnable.bit(i);
    }
    return value;
  }
}

const ONE_BIT = new Bits(1, { op: "const", value: 0n });

function initialWords(label: string, shape: MemoryShape, at: Site): readonly bigint[] | { readonly file: string } {
  const init = shape.init ?? [];
  if (!isWords(init)) return { file: init.file };
  if (init.length > shape.depth) {
    throw new HdlError({
      code: "memory-init",
      summary: `memory "${label}" has ${shape.depth} words, but ${init.length} to begin with`,
      at,
      fix: "shorten the list or enlarge the memory",
    });
  }
  const limit = 1n << BigInt(shape.width);
  return init.map((word, i) => {
    const value = BigInt(word);
    if (value >= limit || value < -(limit >> 1n)) {
      throw new HdlError({
        code: "memory-init",
        summary: `word ${i} of memory "${label}", ${value}, does not fit in ${bitCount(shape.width)}`,
        at,
        fix: "widen the memory or mend the word",
      });
    }
    return BigInt.asUintN(shape.width, value);
  });
}

function isWords(init: MemoryInit): init is readonly (number | bigint)[] {
  return Array.isArray(init);
}
