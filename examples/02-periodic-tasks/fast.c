#include "fast_system.h"

#include "flow_facts.h"
#include "print.h"

void fast_main(void);

void fast_main(void) {
  uint32_t job = 1;
  FOREVER {
    print_text("fast ");
    print_decimal(job++);
    print_character('\n');
    next_period();
  }
}
