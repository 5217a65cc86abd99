/*
 * Time. The local APIC's timer counts the machine's clock cycles and interrupts once per tick; ticks are counted here,
 * and the timer's count places a moment within its tick.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

#include "memory_map.h"

enum { TICK_MS = 1, TICK_CYCLES = CLOCK_HZ / 1000 * TICK_MS };

_Static_assert(CLOCK_HZ % 1000 == 0, "a millisecond is no whole number of cycles: ticks would drift from milliseconds");

/* Both since the clock was started. */
struct tick_count {
  uint64_t ticks;
};
struct cycle_count {
  uint64_t cycles;
};

void clock_start(void);

/* The timer's interrupt has come. */
void clock_tick(void);

struct tick_count clock_ticks(void);

/* Never goes back. A tick that is due but could not interrupt yet is included. */
struct cycle_count clock_now(void);

#endif
