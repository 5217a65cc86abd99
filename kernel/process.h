/*
 * Processes: a table of fixed size, made when the system is built. A process's number is its task number in the hardware.
 *
 * state       in the ready set   runs
 * ABSENT      no                 never: the number is nobody's
 * STOPPED     no                 after a start
 * HELD        no                 after its fault's handler has restarted it
 * WAITING     no                 when what it waits for comes: `wait` says what
 * SERVING     no                 for the process that called it, on that one's time
 * READY       yes                when it is the most urgent, or for one that is
 *
 * A READY process may wait too, for a lock or a reply. It stays in the ready set, and when it is the most urgent, the
 * processor goes to whoever it waits for (dispatch.c): so urgency is inherited along the whole chain, and a caller's budget
 * donated, without a word being copied.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "capability.h"
#include "frame.h"
#include "system_tables.h"

enum process_state { STATE_ABSENT, STATE_STOPPED, STATE_HELD, STATE_WAITING, STATE_SERVING, STATE_READY };

enum process_wait {
  WAIT_NOTHING,
  /* READY or SERVING: `waits_for` is a lock or a process. */
  WAIT_LOCK,
  WAIT_CALL,  /* the request has not been taken yet */
  WAIT_REPLY, /* it has */
  /* WAITING. */
  WAIT_RELEASE,
  WAIT_MESSAGE, /* `waits_for` is a channel */
  WAIT_EVENTS,
  WAIT_HARDWARE, /* for nothing: its jobs are the hardware's (hardware_jobs.h) */
};

enum { PROCESS_COUNT = 256, PROCESS_IDLE = 0, NOBODY = 0, NO_LOCK = 255 };

/* How long one of equals runs before the next one. */
enum { TURN_CYCLES = 25000 };

struct process {
  /* Written by vector_entries.S on the way in, by calls for their results. */
  struct frame frame;
  /* Not 0: it came by SYSENTER, and goes back by SYSEXIT. */
  uint32_t left_by_call;

  const struct system_task *task;
  uint16_t image; /* row of system_images */
  /* waits.c, jobs.c: the alarm that is set is meant. One that no longer is rings for nothing. */
  bool alarm_is_due;
  uint8_t deferred; /* deferred.c: enum deferred_work */

  /* process.c, waits.c */
  uint8_t state;
  uint8_t wait;
  uint8_t waits_for;
  uint8_t serves; /* who is WAIT_REPLY for this one; NOBODY: no one */

  /* locks.c: the lock taken last, NO_LOCK: none. */
  uint8_t newest_lock;
  bool accepts_calls;
  /* regions.h: one more than the place of the region's capability that others have a copy of; 0: none. */
  uint16_t lent;

  /* waits.c */
  uint32_t notifications;
  uint32_t notifications_awaited;

  /* jobs.c. The release of the next job that has not begun: of a sporadic process the earliest possible. */
  uint64_t next_release;
  /* Absolute, of the job under way; ALARM_NEVER: none. */
  uint64_t deadline;
  /* Of the budget, or of the turn among equals. Counted down by dispatch.c. */
  int32_t cycles_left;
  uint16_t overruns;
  uint16_t misses;

  /* dispatch.c */
  uint64_t cycles_used;
  uint32_t dispatches;

  /* faults.c */
  uint16_t faults;
  uint8_t fault_kind;
  uint8_t releases_waiting;
};

_Static_assert(sizeof(struct process) == 1 << PROCESS_SHIFT, "a row's place is found by a shift");

extern struct process processes[PROCESS_COUNT];

/* Whose registers are the processor's, or were until the kernel was entered. Only dispatch.c changes it. */
extern struct process *running;

static inline uint8_t process_number(const struct process *process) {
  return (uint8_t)(process - processes);
}

static inline struct capability_table process_capabilities(const struct process *process) {
  return (struct capability_table){process->task->slots_first, process->task->slots};
}

/* All stopped, except the idle process, which is the boot's rest. */
void processes_set_up(void);

/* It begins at its entry, with an empty stack. The other registers are what they were, as its memory is. */
void process_prepare(struct process *process);

/* The process that the caller's slot names, if it allows that; else null and the refusal. */
struct process_found {
  struct process *process;
  int32_t refusal;
};
struct process_found process_find(const struct process *caller, uint32_t slot, uint32_t rights);

#endif
