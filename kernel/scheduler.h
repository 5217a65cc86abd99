/*
 * Which ready task runs next: the most urgent one, and among equals in turn.
 *
 * The interface is that of the scheduler accelerator: a set of ready tasks with a key each, whose best element can be
 * read at any time. The hardware replaces scheduler.c and nothing else. Every operation takes constant time.
 */
#ifndef SCHEDULER_H
#define SCHEDULER_H

#include <stdbool.h>
#include <stdint.h>

enum { SCHEDULER_TASKS_MAX = 32, SCHEDULER_PRIORITIES = 32 };

/* A place in the task table; no number to calculate with. */
struct task_id {
  uint8_t index;
};

/* How urgent a task is. Deliberately without a numeric order: level 0 is the most urgent, so `<` would mislead. */
struct priority {
  uint8_t level;
};

static inline bool task_is(struct task_id a, struct task_id b) {
  return a.index == b.index;
}

/* Into the set of ready tasks; nothing changes if it is there. */
void scheduler_add(struct task_id task, struct priority priority);

/* Out of the set; nothing changes if it is not there. */
void scheduler_remove(struct task_id task, struct priority priority);

/* The task has had its turn: its equals go before it. */
void scheduler_end_turn(struct task_id task, struct priority priority);

/* The task to run. The set must not be empty: the idle task is always in it. */
struct task_id scheduler_best(void);

#endif
