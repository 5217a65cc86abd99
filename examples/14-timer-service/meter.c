#include "meter_system.h"

#include "flow_facts.h"
#include "memory_map.h"

void meter_main(void);

enum { IT_IS_TIME = 1, MS_CYCLES = CLOCK_HZ / 1000 };

static volatile uint32_t readings;

void meter_main(void) {
  FOREVER {
    uint32_t words[4];
    requests_send(MS_CYCLES, IT_IS_TIME);
    wait(IT_IS_TIME, 0, words);
    readings++;
  }
}
