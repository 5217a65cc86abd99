/*
 * The number under which the machine knows the running process: the MPU's regions, the trace and the counters go by it. It
 * changes with the exchange of contexts, of which the hardware holds one for each number.
 *
 * A process's registers are in its frame, so what is exchanged is the kernel with itself: each context that is not in the
 * core is the kernel's, at the one instruction behind dispatch() where it waits for the exchange (vector_entries.S). It goes on
 * there with the registers that it had when that number was left, and needs none of them. FS and GS, which the kernel does
 * not touch, are each process's own in this way.
 *
 * An exchange needs interrupts on, for as long as it takes; it goes before an interrupt. The context that comes has them off.
 *
 * On a machine without contexts nothing is exchanged, and the number is always 0.
 */
#ifndef HARDWARE_TASK_H
#define HARDWARE_TASK_H

/* How often STATUS is looked at until the exchange is over. It takes 8 cycles, one look 7. */
#define EXCHANGE_LOOKS_MAX 2

#ifndef __ASSEMBLER__

#include "process.h"

/* What dispatch() answers if no number is to be exchanged. */
enum { HARDWARE_TASK_STAYS = -1 };

/* 0, or all ones: there are no contexts. */
extern int32_t hardware_tasks_absent;

/* Prepares the contexts of all described processes. */
void hardware_tasks_set_up(void);

/* The number for which the running one is to be exchanged; negative if there is no such thing. */
static inline int32_t hardware_task_of(const struct process *process) {
  return process_number(process) | hardware_tasks_absent;
}

#endif
#endif
