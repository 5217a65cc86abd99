#include "high_system.h"

#include "flow_facts.h"
#include "print.h"

void high_main(void);

void high_main(void) {
  FOREVER {
    print_text("high wants the lock\n");
    table_lock();
    print_text("high has the lock\n");
    table_unlock();
    next_period();
  }
}
