/*
 * What tasks may ask of the kernel. Today a call is a function that turns interrupts off, since everything is ring 0;
 * tasks use nothing else of the kernel's, so that a ring crossing can take its place.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdint.h>

#include "clock.h"
#include "programs.h"
#include "scheduler.h"
#include "task.h"

/* The next byte of the serial line; waits for it. For one task only. */
uint8_t call_read_byte(void);

/* How many input bytes at least were lost since this was last called. */
uint32_t call_lost_bytes(void);

struct tick_count call_ticks(void);

/* One row of the task table as it is now. */
struct task_report {
  const char *name;
  const char *state;
  uint32_t priority_level;
  uint32_t dispatches;
  uint32_t faults;
  uint32_t progress;
  struct cycle_count cycles_used;
};
void call_inspect_task(struct task_id task, struct task_report *report);

#endif
