/*
 * The trace unit records what the system's description says, from the boot on: who runs, by the numbers that the kernel gives the
 * machine (hardware_task.h), and whatever the hardware does of its own accord. The kernel has no part in it. Where there is no such
 * unit, what is stored here is lost.
 */
#ifndef TRACING_H
#define TRACING_H

#include <stdint.h>

#include "memory_map.h"
#include "system_tables.h"
#include "trace.h"

/* Before memory is protected: nobody reaches the unit's registers after that. */
static inline void tracing_set_up(void) {
  *(volatile uint32_t *)(TRACE_BASE + TRACE_KINDS) = SYSTEM_TRACE_KINDS;
  *(volatile uint32_t *)(TRACE_BASE + TRACE_CONTROL) = TRACE_CONTROL_ENABLE;
}

#endif
