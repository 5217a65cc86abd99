/* Only counts: what it has reached shows that it runs, and for how long compared with another. */
#include "counter_system.h"

#include "flow_facts.h"

void counter_main(void);

void counter_main(void) {
  volatile uint32_t *work = WORK;
  FOREVER {
    (*work)++;
  }
}
