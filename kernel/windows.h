/* Time partitions: the windows of the major frame, each of which names the partitions that may run. */
#ifndef WINDOWS_H
#define WINDOWS_H

#include <stdint.h>

#include "system_tables.h"

/* The first window begins now. */
void windows_set_up(void);

extern uint64_t window_current_end;

/* When the window is over. Without windows, never. */
static inline uint64_t window_end(void) {
  return SYSTEM_WINDOWS > 0 ? window_current_end : UINT64_MAX;
}

/* It is over: the next one, or the first of the next frame. */
void window_next(void);

#endif
