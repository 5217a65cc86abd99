/*
 * Jobs: what a process does from one release to the next. A job has a release, a deadline and a budget.
 *
 * Periodic: job k's release is the first one's plus k periods, to the cycle; a job that goes on past the next release does
 * not lose it. Sporadic: released by a message, an interrupt or a notification, a period apart at least; what comes too
 * early waits. Neither (a period of 0): one job, whose end is the process's; each time it is woken it has a new budget.
 */
#ifndef JOBS_H
#define JOBS_H

#include "process.h"

/* The first job's release is due: now, or after the task's offset. */
void job_first(struct process *process);

/* The job is over. The process waits for the next release, if it is not past. */
void job_end(struct process *process);

/* The same for a process that was taken out of its job: the next one begins at the entry. */
void job_next(struct process *process);

/* Its release has come. */
void job_begin(struct process *process, uint64_t release);

/* It was interrupted by a wait. */
void job_goes_on(struct process *process);

/* A sporadic process is to have another job. */
void job_request(struct process *process);

/* The process whose alarm rings: a release, or the end of a wait. */
void job_alarm(struct process *process);

/* The cycles of its budget, or of its turn, are used up. */
void job_used_up(struct process *process);

/* Its deadline has come and it is not over. */
void job_missed(struct process *process);

#endif
