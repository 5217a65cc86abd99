/* The local APIC: which interrupt comes next, and the timer. */
#ifndef INTERRUPT_CONTROLLER_H
#define INTERRUPT_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

/* Lets interrupts through to the processor, as far as the interrupt flag does. */
void interrupt_controller_set_up(void);

/* The interrupt being handled is done: those of its rank and below may come. */
void interrupt_controller_end(void);

/* Interrupts every `period_cycles` from now on, with VECTOR_TIMER. */
void interrupt_controller_start_timer(uint32_t period_cycles);

/* Cycles since the timer's period began. */
uint32_t interrupt_controller_timer_elapsed(void);

/* Whether a period has ended whose interrupt has not been handled. */
bool interrupt_controller_timer_due(void);

#endif
