// The compiled model, typed: one entry per function of model/model.h. Nothing else in the project calls koffi for it.

import koffi from "koffi";

// A pointer that only the library understands.
declare const handle: unique symbol;
export type MachineHandle = bigint & { readonly [handle]: "machine" };
export type SnapshotHandle = bigint & { readonly [handle]: "snapshot" };
export type WatchHandle = bigint & { readonly [handle]: "watch" };

// Bits of sim_run's result and of its mask (enum sim_event).
export const Event = { stopped: 1, received: 2, sent: 4, breakpoint: 8, halted: 16, portWritten: 32 } as const;

export interface ModelLibrary {
  create(ramBanks: string, clocksPerBit: number, error: Uint8Array, errorSize: number): MachineHandle | null;
  free(machine: MachineHandle): void;
  reset(machine: MachineHandle): void;
  run(machine: MachineHandle, cycles: number, events: number): number;
  cycles(machine: MachineHandle): number;
  retired(machine: MachineHandle): number;
  eip(machine: MachineHandle): number;
  leds(machine: MachineHandle): number;
  setBreakpoint(machine: MachineHandle, eip: number): void;
  setLines(machine: MachineHandle, levels: number): void;
  logRetirements(machine: MachineHandle, on: number): void;
  retirements(machine: MachineHandle, pairs: Uint32Array, capacity: number): number;
  message(machine: MachineHandle): string;
  ramSize(machine: MachineHandle): number;
  load(machine: MachineHandle, address: number, bytes: Uint8Array, count: number): number;
  read(machine: MachineHandle, address: number, bytes: Uint8Array, count: number): number;
  loadBanks(machine: MachineHandle, banks: string, address: number, bytes: Uint8Array, count: number): number;
  watch(machine: MachineHandle, names: string, error: Uint8Array, errorSize: number): WatchHandle | null;
  watchWords(watch: WatchHandle): number;
  watchRead(watch: WatchHandle, words: Uint32Array): void;
  freeWatch(watch: WatchHandle): void;
  portWrites(machine: MachineHandle, writes: Uint16Array, capacity: number): number;
  send(machine: MachineHandle, bytes: Uint8Array, count: number): void;
  receive(machine: MachineHandle, bytes: Uint8Array, capacity: number): number;
  sendPending(machine: MachineHandle): number;
  setBitTime(machine: MachineHandle, clocksPerBit: number): void;
  setSendGap(machine: MachineHandle, idleBits: number): void;
  framingErrors(machine: MachineHandle): number;
  save(machine: MachineHandle): SnapshotHandle;
  restore(machine: MachineHandle, snapshot: SnapshotHandle): void;
  freeSnapshot(snapshot: SnapshotHandle): void;
  traceOpen(machine: MachineHandle, path: string): number;
  traceClose(machine: MachineHandle): void;
}

const PROTOTYPES: Record<keyof ModelLibrary, string> = {
  create: "void *sim_new(const char *ram_banks, uint32_t clocks_per_bit, uint8_t *error, uint32_t error_size)",
  free: "void sim_free(void *machine)",
  reset: "void sim_reset(void *machine)",
  run: "uint32_t sim_run(void *machine, uint64_t cycles, uint32_t events)",
  cycles: "uint64_t sim_cycles(void *machine)",
  retired: "uint64_t sim_retired(void *machine)",
  eip: "uint32_t sim_eip(void *machine)",
  leds: "uint32_t sim_leds(void *machine)",
  setBreakpoint: "void sim_set_breakpoint(void *machine, uint32_t eip)",
  setLines: "void sim_set_lines(void *machine, uint32_t levels)",
  logRetirements: "void sim_log_retirements(void *machine, uint32_t on)",
  retirements: "uint32_t sim_retirements(void *machine, uint32_t *pairs, uint32_t capacity)",
  message: "const char *sim_message(void *machine)",
  ramSize: "uint32_t sim_ram_size(void *machine)",
  load: "uint32_t sim_load(void *machine, uint32_t address, const uint8_t *bytes, uint32_t count)",
  read: "uint32_t sim_read(void *machine, uint32_t address, uint8_t *bytes, uint32_t count)",
  loadBanks:
    "uint32_t sim_load_banks(void *machine, const char *banks, uint32_t address, const uint8_t *bytes, uint32_t count)",
  watch: "void *sim_watch_new(const void *machine, const char *names, uint8_t *error, uint32_t error_size)",
  watchWords: "uint32_t sim_watch_words(const void *watch)",
  watchRead: "void sim_watch_read(const void *watch, uint32_t *words)",
  freeWatch: "void sim_watch_free(void *watch)",
  portWrites: "uint32_t sim_port_writes(void *machine, uint16_t *writes, uint32_t capacity)",
  send: "void sim_send(void *machine, const uint8_t *bytes, uint32_t count)",
  receive: "uint32_t sim_receive(void *machine, uint8_t *bytes, uint32_t capacity)",
  sendPending: "uint32_t sim_send_pending(void *machine)",
  setBitTime: "void sim_set_bit_time(void *machine, uint32_t clocks_per_bit)",
  setSendGap: "void sim_set_send_gap(void *machine, uint32_t idle_bits)",
  framingErrors: "uint32_t sim_framing_errors(void *machine)",
  save: "void *sim_save(void *machine)",
  restore: "void sim_restore(void *machine, void *snapshot)",
  freeSnapshot: "void sim_snapshot_free(void *snapshot)",
  traceOpen: "uint32_t sim_trace_open(void *machine, const char *path)",
  traceClose: "void sim_trace_close(void *machine)",
};

// dlopen keeps a library by its path: a rebuilt model must come under a new file name, as the build cache gives it.
export function loadModelLibrary(path: string): ModelLibrary {
  const library = koffi.load(path);
  const functions: unknown = Object.fromEntries(
    Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(prototype)]),
  );
  if (!isModelLibrary(functions)) throw new Error(`${path} is not a compiled model`);
  return functions;
}

// The prototypes above vouch for the parameters and results.
function isModelLibrary(functions: unknown): functions is ModelLibrary {
  return (
    typeof functions === "object" &&
    functions !== null &&
    Object.entries(functions).filter(([name, value]) => name in PROTOTYPES && typeof value === "function").length ===
      Object.keys(PROTOTYPES).length
  );
}
