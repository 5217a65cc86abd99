/* Takes all that it is given, in each period: its jobs are ended by the kernel. */
#include "busy_system.h"

#include "flow_facts.h"

void busy_main(void);

void busy_main(void) {
  FOREVER {
  }
}
