#include "middle_system.h"

#include "flow_facts.h"
#include "print.h"
#include "work.h"

void middle_main(void);

void middle_main(void) {
  FOREVER {
    work(6);
    print_text("middle is done\n");
    next_period();
  }
}
