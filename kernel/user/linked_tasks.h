/*
 * Tasks that are linked with the kernel, for systems that are written by hand. Their regions: each has its own stack; code,
 * constants and data are all of theirs together, so the MPU keeps them from the kernel and the kernel from them, not one from
 * another. What prints is the kernel's code, which they may execute.
 */
#ifndef LINKED_TASKS_H
#define LINKED_TASKS_H

#include "system_tables.h"

/* Of kernel.ld. A size is a symbol's address. */
extern const uint8_t shared_code[], shared_code_bytes[], programs_start[], programs_bytes[], tasks_data[], tasks_data_bytes[],
    tasks_bss[], tasks_bss_bytes[];

/* The first rows of system_regions; behind them, each task's stack. */
enum {
  LINKED_SHARED_CODE,
  LINKED_PROGRAMS,
  LINKED_DATA,
  LINKED_BSS,
  LINKED_STACKS,
};

#define LINKED_REGIONS                                                         \
  [LINKED_SHARED_CODE] = {(uint32_t)shared_code, (uint32_t)shared_code_bytes}, \
  [LINKED_PROGRAMS] = {(uint32_t)programs_start, (uint32_t)programs_bytes},    \
  [LINKED_DATA] = {(uint32_t)tasks_data, (uint32_t)tasks_data_bytes},          \
  [LINKED_BSS] = {(uint32_t)tasks_bss, (uint32_t)tasks_bss_bytes}

#define LINKED_STACK(row) [LINKED_STACKS + (row)] = {(uint32_t)stacks[row], sizeof stacks[row]}

/* A task's rows of system_grants. */
enum { LINKED_GRANTS = 5 };

#define LINKED_GRANTS_OF(row)                                                                          \
  {LINKED_SHARED_CODE, ACCESS_READ | ACCESS_EXECUTE}, {LINKED_PROGRAMS, ACCESS_READ | ACCESS_EXECUTE}, \
      {LINKED_DATA, ACCESS_READ | ACCESS_WRITE}, {LINKED_BSS, ACCESS_READ | ACCESS_WRITE},             \
      {LINKED_STACKS + (row), ACCESS_READ | ACCESS_WRITE}

/* Of its row of system_tasks. The word on top stays free for a return address. */
#define LINKED_STACK_AND_GRANTS(row) \
  .stack_top = (uint32_t)stacks[(row) + 1] - 4, .grants_first = LINKED_GRANTS * (row), .grants = LINKED_GRANTS

#endif
