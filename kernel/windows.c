#include "windows.h"

#include "clock.h"
#include "ready_set.h"

static uint32_t current;
uint64_t window_current_end;

void windows_set_up(void) {
  if (SYSTEM_WINDOWS > 0) {
    window_current_end = clock_now() + system_windows[0].cycles;
    scheduler_open(system_windows[0].partitions);
  }
}

/* Windows follow each other to the cycle, however late this is called. */
void window_next(void) {
  current = current + 1 < SYSTEM_COUNT(SYSTEM_WINDOWS) ? current + 1 : 0;
  window_current_end += system_windows[current].cycles;
  scheduler_open(system_windows[current].partitions);
}
