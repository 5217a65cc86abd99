/* Works for longer than the pulse's period lasts, so that it is preempted by it. */
#include "wave_system.h"

void wave_main(void);
void wave_job(void);

enum { ROUNDS = 60 };

static volatile uint32_t jobs;

__attribute__((noinline)) void wave_job(void) {
  static volatile uint32_t work;
  BOUNDED_LOOP(ROUNDS, for (uint32_t i = 0; i < ROUNDS; i++)) {
    work += i;
  }
  jobs++;
  next_period();
}

void wave_main(void) {
  FOREVER {
    wave_job();
  }
}
