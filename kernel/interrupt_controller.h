/* The local APIC: which interrupt comes next, and the timer. */
#ifndef INTERRUPT_CONTROLLER_H
#define INTERRUPT_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

/* Lets interrupts through to the processor, as far as the interrupt flag does. */
void interrupt_controller_set_up(void);

/* The interrupt being handled is done: those of its rank and below may come. */
void interrupt_controller_end(void);

/* The timer is to interrupt with VECTOR_TIMER, once each time it is started. */
void interrupt_controller_set_up_timer(void);

/* In so many cycles, whatever it was started for before. */
void interrupt_controller_start_timer(uint32_t cycles);

/* Whether that time is over. */
bool interrupt_controller_timer_is_over(void);

#endif
