#include "steady_system.h"

#include "flow_facts.h"

void steady_main(void);

static volatile uint32_t jobs;

void steady_main(void) {
  FOREVER {
    jobs++;
    next_period();
  }
}
