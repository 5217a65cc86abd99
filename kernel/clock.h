/*
 * Time: the processor's cycles since the reset, and the local APIC's timer, which interrupts once at a moment that is set.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "interrupt_controller.h"

/* Never goes back. */
static inline uint64_t clock_now(void) {
  uint64_t cycles;
  __asm__ volatile("rdtsc" : "=A"(cycles));
  return cycles;
}

/* Interrupts after so many cycles from now, instead of at what was set before. At least 1. */
static inline void clock_interrupt_after(uint32_t cycles) {
  interrupt_controller_start_timer(cycles);
}

/* Whether that moment has come. */
static inline bool clock_is_over(void) {
  return interrupt_controller_timer_is_over();
}

/* Prepares the timer; it interrupts when it is told to. */
static inline void clock_set_up(void) {
  interrupt_controller_set_up_timer();
}

#endif
