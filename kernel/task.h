/*
 * Tasks. The table is static: what runs is decided when the system is built (tasks/programs.c), never at run time.
 *
 * A task is READY if the scheduler may give it the processor (the one that has it is READY too: dispatch.h knows
 * which), WAITING if an interrupt handler will make it ready, STOPPED after a fault that its program does not survive.
 */
#ifndef TASK_H
#define TASK_H

#include <stdint.h>

#include "clock.h"
#include "context.h"
#include "programs.h"
#include "scheduler.h"

enum { TASK_STACK_BYTES = 4096 };

enum task_state { TASK_READY, TASK_WAITING, TASK_STOPPED };

struct task {
  /* Where its context lies on its stack. Written by switch_context, when the task leaves the processor. */
  struct context *context;

  /* Written by task.c, together with the scheduler's ready set: READY if and only if in that set. */
  enum task_state state;

  /* Written by dispatch.c. The first is what is left of a turn among equals. */
  int32_t turn_cycles_left;
  struct cycle_count cycles_used;
  uint32_t dispatches;
  uint32_t faults;
};

/* Prepares every task of the table to start at its entry, and makes it ready. */
void tasks_set_up(void);

struct task *task_at(struct task_id id);

void task_make_ready(struct task_id id);
void task_make_waiting(struct task_id id);
void task_stop(struct task_id id);

/* Back to the entry, with an empty stack. What the task had done to memory stays done. */
void task_restart(struct task_id id);

#endif
