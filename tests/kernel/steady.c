/* Has a deadline every 400 µs, whatever others do, and says so to the warden. */
#include "steady_system.h"

#include "flow_facts.h"

void steady_main(void);

static volatile uint32_t jobs;

void steady_main(void) {
  FOREVER {
    jobs++;
    beats_send(jobs);
    next_period();
  }
}
