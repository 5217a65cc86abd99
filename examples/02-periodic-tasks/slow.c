#include "slow_system.h"

#include "flow_facts.h"
#include "print.h"

void slow_main(void);

void slow_main(void) {
  uint32_t job = 1;
  FOREVER {
    print_text("slow ");
    print_decimal(job++);
    print_character('\n');
    next_period();
  }
}
