#include "control_system.h"

#include "flow_facts.h"
#include "print.h"

void control_main(void);

enum { CYCLES_IN_A_MILLISECOND = 25000 };

static uint32_t cycles_of_hog(void) {
  uint32_t cycles[4];
  hog_inspect(PAGE_CYCLES, cycles);
  return cycles[0];
}

void control_main(void) {
  uint32_t job = 0;
  uint32_t before = cycles_of_hog();
  FOREVER {
    next_period();
    uint32_t after = cycles_of_hog();
    print_text("job ");
    print_decimal(++job);
    print_text(": since the last one, 8 ms ago, hog had ");
    print_decimal((after - before + CYCLES_IN_A_MILLISECOND / 2) / CYCLES_IN_A_MILLISECOND);
    print_text(" ms\n");
    before = after;
  }
}
