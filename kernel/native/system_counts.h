/* The system that kernel/native/library.c describes. */
#ifndef SYSTEM_COUNTS_H
#define SYSTEM_COUNTS_H

enum {
  SYSTEM_TASKS = 3,
  SYSTEM_CAPABILITY_SLOTS = 18,
  SYSTEM_TASK_SLOTS_MAX = 8,
};

#endif
