/* Released every 50 microseconds: counts, and tells so. */
#include "pulse_system.h"

void pulse_main(void);
void pulse_job(void);

static volatile uint32_t jobs;

__attribute__((noinline)) void pulse_job(void) {
  const uint32_t beat[1] = {++jobs};
  beats_send(beat);
  next_period();
}

void pulse_main(void) {
  FOREVER {
    pulse_job();
  }
}
