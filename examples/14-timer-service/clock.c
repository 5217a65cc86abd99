#include "clock_system.h"

#include "flow_facts.h"
#include "memory_map.h"
#include "print.h"

void clock_main(void);

enum { IT_IS_TIME = 1, MS_CYCLES = CLOCK_HZ / 1000 };

static void sleep(uint32_t ms) {
  uint32_t words[4];
  requests_send(ms * MS_CYCLES, IT_IS_TIME);
  wait(IT_IS_TIME, 0, words);
}

void clock_main(void) {
  uint32_t ms = 0;
  FOREVER {
    sleep(2);
    ms += 2;
    print_decimal(ms);
    print_text(" ms\n");
  }
}
