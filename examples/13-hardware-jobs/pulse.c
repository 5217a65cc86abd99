#include "pulse_system.h"

void pulse_main(void);

/* Says when each job begins. */
void pulse_main(void) {
  FOREVER {
    uint32_t now[2];
    time(now);
    beats_send(now);
    next_period();
  }
}
