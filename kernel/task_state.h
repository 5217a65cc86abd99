/*
 * The task state segment. Of it, ring 0's stack and the I/O permission map are used: where an exception or interrupt of the
 * running process pushes its frame, and which ports the process may use; of systems with the fast IPC layer ring 1's stack. The processor's task switching is used for double
 * faults alone, which must not depend on any stack.
 */
#ifndef TASK_STATE_H
#define TASK_STATE_H

/* vector_entries.S: where SYSENTER's stack pointer leads, the word that says where ring 0's stack begins. */
#define TASK_STATE_STACK 4

#ifndef __ASSEMBLER__

#include "process.h"

void task_state_set_up(void);

/* The segment, as a task register holds it, and the word in it that SYSENTER's stack pointer leads to. */
struct task_state_place {
  uint32_t base, limit, stack_word;
};
struct task_state_place task_state_place(void);

/* A segment of a hardware job's own, without ports: whatever enters the kernel in its context goes into its row. */
struct task_state_place task_state_own(const struct process *process);

/* Exceptions and interrupts from here on belong to the process, and it may use its ports. */
void task_state_enter(struct process *process);

#endif
#endif
