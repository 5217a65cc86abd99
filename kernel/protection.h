/*
 * What memory a process may reach: the regions of the MPU, 12 for each process and 4 for all. The hardware switches them with
 * the number of the running process (hardware_task.h). What lies in no region is refused, and the process that tried gets a
 * page fault like any other.
 *
 * The 4 are the kernel's own: its code, which can no longer be changed, its constants, its data with its stack lowest, and
 * the devices. From the end of the boot on nothing is both written and executed, until reset. The kernel itself cannot reach
 * a process's memory.
 *
 * A process's first regions are those of its description; the rest are windows for regions that others give or lend it
 * (regions.h). On a machine without the MPU the same is kept in the books, and nothing is refused.
 */
#ifndef PROTECTION_H
#define PROTECTION_H

#include <stdbool.h>

#include "memory_map.h"
#include "mpu.h"
#include "process.h"

/* Of a process, what the MPU has. */
enum { PROTECTION_REGIONS = 12 };

/* A process's region, as the MPU is asked for it: the process's number above that of the region. */
enum { PROTECTION_NO_REGION = 0xFFFF };
static inline uint16_t protection_region(uint8_t process, uint8_t number) {
  return (uint16_t)(process << MPU_SELECT_TASK_SHIFT | number);
}

/* By process number: a bit for each region that is open. */
extern uint16_t protection_open_regions[PROCESS_COUNT];

/* From here on what is refused is refused. Needs the processes and the hardware's numbers. */
void protection_set_up(void);

/* A window of the process's that is not in use; PROTECTION_NO_REGION: all are. */
uint16_t protection_free_window(const struct process *process);

/* The process may reach the system's region as the set of enum system_access says. */
void protection_open(uint16_t at, uint16_t region, uint8_t access);

static inline volatile uint32_t *protection_register(uint32_t offset) {
  return (volatile uint32_t *)(MEMORY_PROTECTION_BASE + offset);
}

/* It may no longer. Where there is no MPU, nobody hears it. */
static inline void protection_close(uint16_t at) {
  protection_open_regions[at >> MPU_SELECT_TASK_SHIFT] &= (uint16_t)~(1 << (at & MPU_SELECT_REGION_MASK));
  *protection_register(MPU_SELECT) = at;
  *protection_register(MPU_RIGHTS) = 0;
}

#endif
