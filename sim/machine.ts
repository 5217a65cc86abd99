// A simulated machine: what the library does to one handle, in TypeScript's terms.

import { Event, loadModelLibrary } from "./library.ts";

export interface MachineOptions {
  library: string; // path of the compiled model
  ramBanks: readonly string[]; // hierarchical names of the RAM's arrays of 32-bit words, word n in bank n mod banks
  clocksPerBit: number; // of the serial line
}

export type EventName = keyof typeof Event;
export type Happened = Readonly<Record<EventName, boolean>>;

export interface Machine {
  reset(): void;
  // Runs until so many cycles have passed or one of the events occurs; a stop of the design always ends it.
  run(cycles: number, events?: readonly EventName[]): Happened;
  readonly cycles: number;
  readonly retired: number;
  readonly eip: number;
  readonly leds: number;
  readonly stopMessage: string; // why the design stopped, "" while it runs
  readonly ramSize: number; // bytes
  load(address: number, bytes: Uint8Array): void;
  read(address: number, count: number): Uint8Array;
  // Any other memory of the design, by the names of its banks.
  loadBanks(banks: readonly string[], address: number, bytes: Uint8Array): void;
  // Registers and memories of the design by their hierarchical names; the model must have been built to show them.
  watch(names: readonly string[]): Watch;
  // What was written to the ports for the simulator's user, in a machine that has such, since the last call.
  portWrites(): readonly PortWrite[];
  send(bytes: Uint8Array): void;
  receive(): Uint8Array;
  readonly sendPending: number; // bytes given to send that the machine has not got yet
  setBitTime(clocksPerBit: number): void;
  setSendGap(idleBits: number): void;
  readonly framingErrors: number;
  setBreakpoint(eip: number): void;
  // Levels of the interrupt lines from outside, the lowest one's in bit 0, in a machine that has such.
  setLines(levels: number): void;
  // Whether each completed instruction is noted from now on. `retirements` hands over what was noted since the last call.
  logRetirements(on: boolean): void;
  retirements(use: (eip: number, cycle: number) => void): void;
  save(): Snapshot;
  traceTo(path: string): void;
  free(): void; // closes the trace as well
}

// A word for each register, and for each of a memory's words, in the order of the names, as they are in this cycle.
// It must be freed before its machine.
export interface Watch {
  read(): Uint32Array; // the same array each time
  free(): void;
}

export interface PortWrite {
  readonly port: number;
  readonly data: number;
}

// The machine's whole state at one cycle. It must be freed; it outlives the machine it was taken from.
export interface Snapshot {
  restore(): void;
  free(): void;
}

const ERROR_BYTES_MAX = 256;
const RECEIVE_BYTES_MAX = 4096;
const PORT_WRITES_MAX = 1024;
const RETIREMENTS_MAX = 65536;

export function createMachine(options: MachineOptions): Machine {
  const library = loadModelLibrary(options.library);
  const error = new Uint8Array(ERROR_BYTES_MAX);
  const handle = library.create(options.ramBanks.join(" "), options.clocksPerBit, error, error.length);
  const text = (): string => Buffer.from(error).toString().replace(/\0.*$/s, "");
  if (handle === null) throw new Error(`cannot create the simulated machine: ${text()}`);
  const received = new Uint8Array(RECEIVE_BYTES_MAX);
  const written = new Uint16Array(PORT_WRITES_MAX);

  const outside = (address: number, count: number): RangeError =>
    new RangeError(
      `${count} bytes at ${address.toString(16)}h do not lie in the RAM of ${library.ramSize(handle)} bytes`,
    );

  return {
    reset: () => library.reset(handle),
    run(cycles, events = []) {
      const mask = events.reduce((bits, event) => bits | Event[event], 0);
      const happened = library.run(handle, cycles, mask);
      return {
        stopped: (happened & Event.stopped) !== 0,
        received: (happened & Event.received) !== 0,
        sent: (happened & Event.sent) !== 0,
        breakpoint: (happened & Event.breakpoint) !== 0,
        halted: (happened & Event.halted) !== 0,
        portWritten: (happened & Event.portWritten) !== 0,
      };
    },
    get cycles() {
      return library.cycles(handle);
    },
    get retired() {
      return library.retired(handle);
    },
    get eip() {
      return library.eip(handle);
    },
    get leds() {
      return library.leds(handle);
    },
    get stopMessage() {
      return library.message(handle);
    },
    get ramSize() {
      return library.ramSize(handle);
    },
    load(address, bytes) {
      if (library.load(handle, address, bytes, bytes.length) === 0) throw outside(address, bytes.length);
    },
    read(address, count) {
      const bytes = new Uint8Array(count);
      if (library.read(handle, address, bytes, count) === 0) throw outside(address, count);
      return bytes;
    },
    loadBanks(banks, address, bytes) {
      if (library.loadBanks(handle, banks.join(" "), address, bytes, bytes.length) === 0) {
        throw new RangeError(`${bytes.length} bytes at ${address.toString(16)}h do not lie in ${banks.join(" and ")}`);
      }
    },
    watch(names) {
      const watch = library.watch(handle, names.join(" "), error, error.length);
      if (watch === null) throw new Error(text());
      const words = new Uint32Array(library.watchWords(watch));
      return {
        read() {
          library.watchRead(watch, words);
          return words;
        },
        free: () => library.freeWatch(watch),
      };
    },
    portWrites: () => {
      const count = library.portWrites(handle, written, written.length);
      return Array.from(written.subarray(0, count), (write) => ({ port: write >> 8, data: write & 0xff }));
    },
    send: (bytes) => library.send(handle, bytes, bytes.length),
    receive: () => received.slice(0, library.receive(handle, received, received.length)),
    get sendPending() {
      return library.sendPending(handle);
    },
    setBitTime: (clocksPerBit) => library.setBitTime(handle, clocksPerBit),
    setSendGap: (idleBits) => library.setSendGap(handle, idleBits),
    get framingErrors() {
      return library.framingErrors(handle);
    },
    logRetirements: (on) => library.logRetirements(handle, on ? 1 : 0),
    retirements(use) {
      const pairs = new Uint32Array(2 * RETIREMENTS_MAX);
      for (let count = RETIREMENTS_MAX; count === RETIREMENTS_MAX;) {
        count = library.retirements(handle, pairs, RETIREMENTS_MAX);
        for (let pair = 0; pair < count; pair++) use(pairs[2 * pair + 1] ?? 0, pairs[2 * pair] ?? 0);
      }
    },
    setLines: (levels) => library.setLines(handle, levels),
    setBreakpoint: (eip) => library.setBreakpoint(handle, eip),
    save() {
      const snapshot = library.save(handle);
      return { restore: () => library.restore(handle, snapshot), free: () => library.freeSnapshot(snapshot) };
    },
    traceTo(path) {
      if (library.traceOpen(handle, path) === 0) throw new Error(`cannot write waves to ${path}`);
    },
    free: () => library.free(handle),
  };
}
