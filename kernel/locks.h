/*
 * Locks. Taken and given back in a nested order.
 *
 * LOCK_INHERITANCE: who waits stays in the ready set and lends its urgency to the holder (dispatch.c); nothing is done here.
 * LOCK_CEILING: the holder is as urgent as the lock's most urgent user from the moment on when it takes it. By deadlines,
 * that is the deadline which that user would have if it were released now (the deadline floor protocol, equivalent to the
 * stack resource policy); by priorities, its priority. So nobody ever waits for such a lock, unless the holder calls.
 */
#ifndef LOCKS_H
#define LOCKS_H

#include "process.h"

/* A process may hold so many: stopping it gives back each. */
enum { LOCKS_HELD_MAX = 3 };

void locks_set_up(void);

extern uint8_t lock_holders[SYSTEM_LOCKS + 1];

/* NOBODY if it is free. */
static inline uint8_t lock_holder(uint8_t lock) {
  return lock_holders[lock];
}

/* The free lock is the process's. */
void lock_take(struct process *process, uint8_t lock);

/* The same for the lock that the process has waited for. Its urgency is what others lend it, whatever the protocol. */
void lock_take_at_last(struct process *process);

/* Whether the process has as many as it may. */
bool lock_is_one_too_many(const struct process *process);

/* Gives back the lock taken last. */
void lock_release_newest(struct process *process);

void locks_release_all(struct process *process);

#endif
