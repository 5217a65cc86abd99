/*
 * Which processes may begin because all deadlines are kept with them. Those that start when admitted are asked for one by one;
 * the test is admission.c's, over all that count in the candidate's set of partitions, and each call makes one step of it.
 *
 * A process that is stopped goes on counting until the period of its last job is over: it may have used that job's time.
 */
#ifndef ADMISSIONS_H
#define ADMISSIONS_H

#include "process.h"

/* RESULT_OK: it may be started. REFUSED_AGAIN: not decided yet. REFUSED_BUSY: not as long as some that were stopped count. */
int32_t admission_ask(const struct process *process);

/* Whether it needs no admission, or has it. */
bool admission_holds(const struct process *process);

/* It was stopped, and will not begin again unasked. */
void admission_give_back(const struct process *process);

#endif
