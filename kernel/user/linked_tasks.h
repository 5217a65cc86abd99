/*
 * Tasks that are linked with the kernel, for systems that are written by hand. Their regions: each has its own stack; code,
 * constants and data are all of theirs together, so the MPU keeps them from the kernel and the kernel from them, not one from
 * another. What prints is the kernel's code, which they may execute.
 */
#ifndef LINKED_TASKS_H
#define LINKED_TASKS_H

#include "memory_map.h"
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
  LINKED_RAM,
  LINKED_ROM,
  LINKED_STACKS,
};

#define LINKED_REGIONS                                                                                                   \
  [LINKED_SHARED_CODE] = {"shared code", (uint32_t)shared_code, (uint32_t)shared_code_bytes, REGION_CODE, 255},          \
  [LINKED_PROGRAMS] = {"programs", (uint32_t)programs_start, (uint32_t)programs_bytes, REGION_CODE, 255},                \
  [LINKED_DATA] = {"data", (uint32_t)tasks_data, (uint32_t)tasks_data_bytes, REGION_DATA, 255},                          \
  [LINKED_BSS] = {"what starts as zero", (uint32_t)tasks_bss, (uint32_t)tasks_bss_bytes, REGION_DATA, 255},              \
  [LINKED_RAM] = {"RAM", RAM_BASE, RAM_SIZE, REGION_SHARED, 255},                                                        \
  [LINKED_ROM] = {"ROM", BOOT_ROM_BASE, BOOT_ROM_SIZE, REGION_SHARED, 255}

#define LINKED_STACK(row) [LINKED_STACKS + (row)] = {"stack", (uint32_t)stacks[row], sizeof stacks[row], REGION_STACK, 255}

/* A task's rows of system_grants; in front of all of them, what a system has besides. */
enum { LINKED_GRANTS = 5, LINKED_GRANTS_FIRST = SYSTEM_GRANTS - LINKED_GRANTS * SYSTEM_TASKS };

#define LINKED_GRANTS_OF(row)                                                                               \
  {LINKED_SHARED_CODE, ACCESS_READ | ACCESS_EXECUTE, 0}, {LINKED_PROGRAMS, ACCESS_READ | ACCESS_EXECUTE, 0}, \
      {LINKED_DATA, ACCESS_READ | ACCESS_WRITE, 0}, {LINKED_BSS, ACCESS_READ | ACCESS_WRITE, 0},             \
      {LINKED_STACKS + (row), ACCESS_READ | ACCESS_WRITE, 0}

/* Of its row of system_tasks. The word on top stays free for a return address. */
#define LINKED_STACK_AND_GRANTS(row)                                                         \
  LINKED_STACK_OF(row), .grants_first = LINKED_GRANTS_FIRST + LINKED_GRANTS * (row), .grants = LINKED_GRANTS
#define LINKED_STACK_OF(row) .stack_low = (uint32_t)stacks[row], .stack_top = (uint32_t)stacks[(row) + 1] - 4

#endif
