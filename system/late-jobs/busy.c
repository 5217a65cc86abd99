/* Always has something to do, in the background. */
#include "busy_system.h"

#include "flow_facts.h"

void busy_main(void);

static volatile uint32_t count;

void busy_main(void) {
  FOREVER {
    count++;
  }
}
