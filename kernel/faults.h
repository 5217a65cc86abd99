/*
 * What goes wrong with a process: it raised an exception, ran longer than it may, was late. Each is counted, logged with
 * the time, and told to the process's handler as a message in the channel of its description:
 *
 *   word 0   its number, the exception's vector in bits 8 to 15, the kind in bits 16 to 23
 *   word 1   where it was; 2: the error code; 3: the address that a page fault was about
 *
 * A process that raised an exception stays HELD for its handler to decide. Without a handler, or if the handler's channel is
 * full, the kernel does at once what the description says.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include "process.h"

enum fault_kind { FAULT_NONE, FAULT_EXCEPTION, FAULT_OVERRUN, FAULT_MISS, FAULT_DROPPED_RELEASE, FAULT_DEADLOCK };

enum { NO_HANDLER = 255 };

void faults_set_up(void);

/* The running process has raised the exception that its frame tells of. */
void fault(void);

/* Some process has, and where it looked for a page is in its frame. */
void fault_of(struct process *process);

/* Has it logged and the handler told (deferred.h). */
void fault_note(struct process *process, enum fault_kind kind);

/* Logs only. */
void fault_log(const struct process *process, enum fault_kind kind);

/* Tells the process's handler of its last fault. */
void fault_report(struct process *process);

/* Does what the description says of a process that is held and that nobody looks after. */
void fault_fate(struct process *process);

/* From now on the process's faults are messages in that channel. */
void fault_handled_in(const struct process *process, uint8_t channel);

#endif
