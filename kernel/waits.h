/*
 * How processes begin and end to wait, and how they are started and stopped. After each of these dispatch() is due before
 * the kernel is left; they say so themselves (dispatch.h).
 */
#ifndef WAITS_H
#define WAITS_H

#include "process.h"

/* A wait without an end of its own. */
#define WAIT_FOR_EVER 0

/* The READY process waits, for at most so many cycles. */
void wait_begin(struct process *process, enum process_wait wait, uint8_t object, uint32_t timeout_cycles);

/* What the WAITING process waits for has come: it goes on with its job. Its call answers `result`. */
void wait_end(struct process *process, int32_t result);

/* Sets notifications of the process, and wakes it if it waits for one of them. */
void notify(struct process *process, uint32_t notifications);

/* Whether the process may wait now: not with a lock, nor while somebody's call is its to answer. */
bool may_wait(const struct process *process);

/* From the beginning, with a new job, whatever it was doing. */
void process_restart(struct process *process);

/* The same for one that was taken out. */
void process_begin_anew(struct process *process);

/*
 * Undoes all that ties the process to others: its locks are free; who waits for its reply, and it itself if it waits for
 * one, no longer do. Leaves it in no set, HELD.
 */
void process_take_out(struct process *process);

#endif
