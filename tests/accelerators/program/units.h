/* The machine's units as the program uses them: registers by the names of the generated headers. */
#ifndef UNITS_H
#define UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "contexts.h"
#include "layout.h"
#include "local_apic.h"
#include "interrupt_router.h"
#include "mailbox.h"
#include "memory_map.h"
#include "mpu.h"
#include "scheduler.h"
#include "task_scheduler.h"
#include "trace.h"

static inline void put(uint32_t address, uint32_t value) { *(volatile uint32_t *)address = value; }
static inline uint32_t get(uint32_t address) { return *(volatile uint32_t *)address; }

#define NO_LIMIT UINT64_MAX

/* How a task is released, and what is done with it. Times are in clocks. */
struct schedule {
  uint32_t traits;
  uint64_t period, deadline, budget;
};

void wait_until_ready(void);

/* Task `number` begins in ring 3 at `entry`, called with its number. `flags`: besides IF. */
void set_context(uint32_t number, void (*entry)(uint32_t), uint32_t flags);

void set_schedule(uint32_t number, const struct schedule *schedule);
void command(uint32_t number, uint32_t operation);
void start_at(uint32_t number, uint64_t time);
uint64_t clock_now(void);

/* What `task` may do in `channel`. */
void set_rights(uint32_t task, uint32_t channel, uint32_t rights);

/* From `first` up to `end`, multiples of MPU_GRANULE. `select`: whose region, and which of them. */
#define MPU_GRANULE 32
void set_region(uint32_t select, uint32_t first, uint32_t end, uint32_t rights);

/* Where `number`'s stack begins. */
uint8_t *stack_of(uint32_t number);

/* For tasks */
static inline void finish_job(void) { put(TASK_SCHEDULER_BASE + TASK_SCHEDULER_FINISH, 0); }

#endif
