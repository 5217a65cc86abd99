#include "clock.h"

#include "interrupt_controller.h"

static struct tick_count now;

void clock_start(void) {
  now.ticks = 0;
  interrupt_controller_start_timer(TICK_CYCLES);
}

void clock_tick(void) {
  now.ticks++;
}

struct tick_count clock_ticks(void) {
  return now;
}

struct cycle_count clock_now(void) {
  uint32_t elapsed = interrupt_controller_timer_elapsed();
  uint64_t ticks = now.ticks;
  if (interrupt_controller_timer_due()) {
    /* A period ended, before or after the count was read: read it again, in the period that began. */
    elapsed = interrupt_controller_timer_elapsed();
    ticks++;
  }
  return (struct cycle_count){ticks * TICK_CYCLES + elapsed};
}
