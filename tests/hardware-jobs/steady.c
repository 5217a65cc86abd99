/* Scheduled by the kernel, below all of them: takes what the pulse has sent. */
#include "steady_system.h"

void steady_main(void);

enum { BEATS_MAX = 32 };

static volatile uint32_t jobs, beats, lost;

void steady_main(void) {
  FOREVER {
    uint32_t beat[1];
    BOUNDED_LOOP(BEATS_MAX, for (uint32_t i = 0; i < BEATS_MAX && beats_receive(beat); i++)) {
      beats++;
      lost += beat[0] == 0;
    }
    jobs++;
    next_period();
  }
}
