/* Works whenever nobody else wants to. */
#include "worker_system.h"

#include "flow_facts.h"

void worker_main(void);

static volatile uint32_t work;

void worker_main(void) {
  FOREVER {
    work++;
  }
}
