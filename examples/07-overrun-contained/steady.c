#include "steady_system.h"

#include "flow_facts.h"
#include "print.h"

void steady_main(void);

/* The overruns are in the lower half of the last word. */
void steady_main(void) {
  uint32_t job = 0;
  FOREVER {
    uint32_t state[4];
    greedy_inspect(PAGE_STATE, state);
    print_text("job ");
    print_decimal(job++);
    print_text(": overruns of the other ");
    print_decimal(state[3] & 0xFFFF);
    print_character('\n');
    next_period();
  }
}
