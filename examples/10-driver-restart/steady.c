#include "steady_system.h"

#include "flow_facts.h"

void steady_main(void);

/* When the last job began, and the most that two beginnings were apart. */
static volatile uint32_t began, apart_cycles_max;

void steady_main(void) {
  uint32_t cycles[2];
  time(cycles);
  began = cycles[0];
  FOREVER {
    next_period();
    time(cycles);
    uint32_t apart_cycles = cycles[0] - began;
    apart_cycles_max = apart_cycles > apart_cycles_max ? apart_cycles : apart_cycles_max;
    began = cycles[0];
  }
}
