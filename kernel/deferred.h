/*
 * Work that is due at once but would make an operation too long: one piece of it is done for each interrupt of the timer,
 * which comes as soon as the kernel is left (dispatch.c). What is to be done for a process is in its row; which processes
 * have any is kept here, the smallest number first.
 */
#ifndef DEFERRED_H
#define DEFERRED_H

#include "process.h"

enum deferred_work {
  /* The process's last fault is logged. */
  DEFERRED_LOG = 1,
  /* Its handler is told of it, and what follows is the handler's business. */
  DEFERRED_REPORT = 2,
  /* Nobody could be told: the process is stopped or restarted, as its description says. */
  DEFERRED_FATE = 4,
  /* Its job was abandoned: it waits for the next one. */
  DEFERRED_NEXT_JOB = 8,
};

/* Whether any process has any. One bit for each word of the set. */
extern uint32_t deferred_words;

static inline bool deferred_is_due(void) {
  return deferred_words != 0;
}

/* One or more of them. */
void deferred_add(struct process *process, uint32_t work);

/*
 * The process begins anew: of what was to be done, only reports are left. Its number stays in the set: it is found to have
 * nothing to do.
 */
static inline void deferred_forget(struct process *process) {
  process->deferred &= DEFERRED_LOG | DEFERRED_REPORT;
}

/* Somebody looks after the process. */
static inline void deferred_cancel_fate(struct process *process) {
  process->deferred &= (uint8_t)~DEFERRED_FATE;
}

void deferred_do_one(void);

#endif
