#include "low_system.h"

#include "flow_facts.h"
#include "print.h"
#include "work.h"

void low_main(void);

void low_main(void) {
  FOREVER {
    table_lock();
    print_text("low has the lock\n");
    work(4);
    print_text("low gives it back\n");
    table_unlock();
    next_period();
  }
}
