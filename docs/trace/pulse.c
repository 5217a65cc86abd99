/* A job takes some hundred cycles. */
#include "pulse_system.h"

#include "flow_facts.h"

void pulse_main(void);

enum { STEPS = 50 };

void pulse_main(void) {
  FOREVER {
    BOUNDED_LOOP(STEPS, for (volatile uint32_t step = 0; step < STEPS; step++)) {
    }
    next_period();
  }
}
