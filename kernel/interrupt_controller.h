/* The local APIC: which interrupt comes next, and the timer. */
#ifndef INTERRUPT_CONTROLLER_H
#define INTERRUPT_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "local_apic.h"
#include "memory_map.h"

static inline volatile uint32_t *apic_register(uint32_t offset) {
  return (volatile uint32_t *)(LOCAL_APIC_BASE + offset);
}

/* Lets interrupts through to the processor, as far as the interrupt flag does. */
void interrupt_controller_set_up(void);

/* The interrupt being handled is done: those of its rank and below may come. */
static inline void interrupt_controller_end(void) {
  *apic_register(LOCAL_APIC_EOI) = 0;
}

/* The timer is to interrupt with VECTOR_TIMER, once each time it is started. */
void interrupt_controller_set_up_timer(void);

/* In so many cycles, whatever it was started for before. */
static inline void interrupt_controller_start_timer(uint32_t cycles) {
  *apic_register(LOCAL_APIC_INITIAL_COUNT) = cycles;
}

/* Whether that time is over. */
static inline bool interrupt_controller_timer_is_over(void) {
  return *apic_register(LOCAL_APIC_CURRENT_COUNT) == 0;
}

#endif
