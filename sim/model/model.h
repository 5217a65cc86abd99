// The C interface of the simulated machine: one Verilated SoC, its RAM seen from outside, and the far end of its serial
// line. Plain C types only, so that any language can load the library; sim/library.ts does so with koffi.
//
// A machine belongs to one thread. Nothing here exits or aborts the process: a failed assertion, $finish or $stop in
// the design ends the run with SIM_STOPPED, and sim_message says why.

#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sim sim;
typedef struct sim_snapshot sim_snapshot;
typedef struct sim_watch sim_watch;

// Why sim_run returned; several may hold at once. Zero: the cycles asked for have passed.
enum sim_event {
    SIM_STOPPED = 1,     // the design stopped itself; the machine cannot go on
    SIM_RECEIVED = 2,    // a byte from the machine's serial line is waiting
    SIM_SENT = 4,        // the last byte given to sim_send is on its way: the queue has run empty
    SIM_BREAKPOINT = 8,  // the probe's instruction pointer is at the breakpoint
    SIM_HALTED = 16,     // the processor has begun to wait in HLT
    SIM_PORT_WRITTEN = 32,  // a write to a port for the simulator's user is waiting
};

// `ram_banks`: the hierarchical names of the RAM's arrays of 32-bit words, separated by spaces. Word n of the RAM is
// word n / banks of bank n mod banks. Returns NULL, and the reason in `error`, if a bank does not exist.
sim *sim_new(const char *ram_banks, uint32_t clocks_per_bit, char *error, uint32_t error_size);
void sim_free(sim *machine);

// Holds reset for a few cycles. RAM keeps its contents; the counters begin at zero.
void sim_reset(sim *machine);

// Runs until `cycles` have passed or an event in the mask `events` (or SIM_STOPPED) occurs.
uint32_t sim_run(sim *machine, uint64_t cycles, uint32_t events);
uint64_t sim_cycles(const sim *machine);
uint64_t sim_retired(const sim *machine);  // instructions, since reset
uint32_t sim_eip(const sim *machine);
uint32_t sim_leds(const sim *machine);
void sim_set_breakpoint(sim *machine, uint32_t eip);
// Levels of the interrupt lines from outside, of a machine that has such, from the next cycle on; the lowest line's below.
void sim_set_lines(sim *machine, uint32_t levels);
// From now on, notes each completed instruction, or no longer; sim_retirements copies and forgets what was noted: pairs of
// cycle (its lower 32 bits) and instruction pointer. Returns how many pairs.
void sim_log_retirements(sim *machine, uint32_t on);
uint32_t sim_retirements(sim *machine, uint32_t *pairs, uint32_t capacity);
const char *sim_message(const sim *machine);  // why the design stopped; "" while it runs

// RAM, behind the machine's back. Both return 0 and touch nothing if a byte lies outside the RAM, else 1.
uint32_t sim_ram_size(const sim *machine);
uint32_t sim_load(sim *machine, uint32_t address, const uint8_t *bytes, uint32_t count);
uint32_t sim_read(const sim *machine, uint32_t address, uint8_t *bytes, uint32_t count);

// Any other memory of the design, such as a ROM, named as in sim_new; returns 0 if it is not there or too small.
uint32_t sim_load_banks(sim *machine, const char *banks, uint32_t address, const uint8_t *bytes, uint32_t count);

// Registers and memories of the design, named as in sim_new, as they are in this clock cycle: sim_watch_read gives
// sim_watch_words of them, a memory's words one after the other. sim_watch_new returns NULL, and the reason in `error`,
// if there is none of that name. A watch must be freed before its machine.
sim_watch *sim_watch_new(const sim *machine, const char *names, char *error, uint32_t error_size);
uint32_t sim_watch_words(const sim_watch *watch);
void sim_watch_read(const sim_watch *watch, uint32_t *words);
void sim_watch_free(sim_watch *watch);

// Writes to ports for the simulator's user, of a machine that has such: the port in the upper byte, what was written in
// the lower. Returns how many it copied.
uint32_t sim_port_writes(sim *machine, uint16_t *writes, uint32_t capacity);

// The serial line: bytes queue on both sides, bits travel at the line's speed. sim_receive returns how many it copied.
void sim_send(sim *machine, const uint8_t *bytes, uint32_t count);
uint32_t sim_receive(sim *machine, uint8_t *bytes, uint32_t capacity);
uint32_t sim_send_pending(const sim *machine);
void sim_set_bit_time(sim *machine, uint32_t clocks_per_bit);
void sim_set_send_gap(sim *machine, uint32_t idle_bits);  // pause between two bytes sent to the machine
uint32_t sim_framing_errors(const sim *machine);

// Snapshots hold the machine, its counters and the serial line; they fit any machine of the same library.
sim_snapshot *sim_save(sim *machine);
void sim_restore(sim *machine, const sim_snapshot *snapshot);
void sim_snapshot_free(sim_snapshot *snapshot);

// Waves, as FST. sim_trace_open returns 0 if the library was built without them or the file cannot be written.
uint32_t sim_trace_open(sim *machine, const char *path);
void sim_trace_close(sim *machine);

#ifdef __cplusplus
}
#endif
