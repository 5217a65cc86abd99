/*
 * The number under which the machine knows the running process: the MPU's regions, the trace and the counters go by it. It
 * changes with the exchange of contexts, of which the hardware holds one for each number.
 *
 * A process's registers are in its frame, so what is exchanged is the kernel with itself: each context that is not in the
 * core is the kernel's, at the one instruction behind dispatch() where it waits for the exchange (vector_entries.S). It goes on
 * there with the registers that it had when that number was left, and needs none of them. FS and GS, which the kernel does
 * not touch, are each process's own in this way.
 *
 * Interrupts stay off throughout. In between a hardware job may run; the exchange is over when the number is the one that
 * dispatch() chose.
 *
 * On a machine without contexts nothing is exchanged, and the number is always 0.
 */
#ifndef HARDWARE_TASK_H
#define HARDWARE_TASK_H

/* How often STATUS is looked at until the exchange is over. It takes 8 cycles, one look 7. */
#define EXCHANGE_LOOKS_MAX 2

/* Above the number in CONTROL: hardware jobs go before it, and before any instruction (hardware_jobs.h). */
#define HARDWARE_TASK_CONTROL (CONTEXTS_CONTROL_FOLLOW | CONTEXTS_CONTROL_ANYWHERE)

#ifndef __ASSEMBLER__

#include "contexts.h"
#include "memory_map.h"
#include "process.h"
#include "task_state.h"

/* What dispatch() answers if no number is to be exchanged. */
enum { HARDWARE_TASK_STAYS = 0 };

/* All ones, or 0: there are no contexts. */
extern uint32_t hardware_tasks_present;

/* Prepares the contexts of all described processes. */
void hardware_tasks_set_up(void);

/* Of a hardware job: exceptions and calls enter the kernel there. */
void hardware_task_enter_by(const struct process *process, struct task_state_place state);

/* Of a hardware job that does not run: it will, from the place in its frame. */
void hardware_task_begin(const struct process *process);

/* Cycles that hardware jobs have had, from 0 on again after 2^32 - 1; always the same where there are none. */
static inline uint32_t hardware_task_cycles_of_others(void) {
  return SYSTEM_HARDWARE_TASKS == 0 ? 0 : *(volatile uint32_t *)(CONTEXT_STORE_BASE + CONTEXTS_CHOSEN);
}

/* What CONTROL is to have when this process runs; HARDWARE_TASK_STAYS if there is no such thing. */
static inline uint32_t hardware_task_of(const struct process *process) {
  return (process_number(process) | HARDWARE_TASK_CONTROL) & hardware_tasks_present;
}

#endif
#endif
