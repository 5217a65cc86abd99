/*
 * What the system consists of: the programs that become tasks, one task each. The kernel reads this table and never
 * writes it; tasks/programs.c says what is in it.
 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <stdint.h>

#include "scheduler.h"
#include "task_count.h"

enum {
  /* The boot itself, when there is nothing more to boot: sleeps while no other task is ready. */
  TASK_IDLE = 0,
};

enum on_fault { ON_FAULT_STOP, ON_FAULT_RESTART };

struct program {
  const char *name;
  /* Never returns. A null pointer in the idle task's row only. */
  void (*entry)(void);
  struct priority priority;
  enum on_fault on_fault;
  /* A count that the program makes of its own work, for people to see it live; null if it makes none. */
  const volatile uint32_t *progress;
};

extern const struct program programs[TASK_COUNT];

#endif
