/*
 * Jobs that the hardware releases and dispatches, of processes with TASK_HARDWARE. Between its start and its end such a
 * process is the scheduler's and the contexts': released to the cycle, exchanged for whoever runs at any instruction, the
 * kernel's included, its budget and deadlines watched. The kernel, with all other processes, is what runs while no such job
 * is ready: to the scheduler's choice it is the one in the contexts' CONTROL.
 *
 * So the kernel may stand still between any two of its instructions, and none of it may be entered meanwhile. A hardware
 * job's exceptions, calls and interrupts have a segment and a row of their own, touch nothing else of the kernel's, and end
 * in the job's blocking itself (vector_entries.S, hardware_job_stops). That it did, the kernel is told by the timer's
 * interrupt; what the scheduler ended, by the scheduler's.
 *
 * Such a process is WAITING for WAIT_HARDWARE in the kernel's eyes, whatever it does.
 */
#ifndef HARDWARE_JOBS_H
#define HARDWARE_JOBS_H

/* Added to the end of its frame where SYSENTER finds it: a call is a hardware job's. */
#define HARDWARE_JOB_MARK 1

#ifndef __ASSEMBLER__

#include "process.h"

/* A system without such processes has nothing of all this. */
enum { HAS_HARDWARE_JOBS = SYSTEM_HARDWARE_TASKS != 0 };

/* vector_entries.S: set by a job that has blocked itself, behind its bit in the set. */
extern volatile uint8_t hardware_job_has_stopped;
extern volatile uint32_t hardware_jobs_stopped[PROCESS_COUNT / 32];

static inline bool hardware_jobs_have_one_stopped(void) {
  return HAS_HARDWARE_JOBS && hardware_job_has_stopped != 0;
}

static inline bool is_hardware_job(const struct process *process) {
  return HAS_HARDWARE_JOBS && (process->task->flags & TASK_HARDWARE) != 0;
}

/* Tells the scheduler of them, or the console that there is none. Needs the hardware's numbers and the processes. */
void hardware_jobs_set_up(void);

/* The first job begins at the entry. Without the hardware that it needs the process is STOPPED. */
void hardware_job_start(struct process *process, uint64_t release);

/* It has no jobs from here on. */
void hardware_job_stop(struct process *process);

/* The scheduler has ended its job: the next one begins at the entry. */
void hardware_job_next(struct process *process);

/* The scheduler has interrupted: one of its events is dealt with. */
void hardware_jobs_event(void);

/* One of those that have stopped themselves is held for its handler. */
void hardware_jobs_stop_one(void);

/* Cycles that it has run since the reset. */
uint64_t hardware_job_cycles(const struct process *process);

#endif
#endif
