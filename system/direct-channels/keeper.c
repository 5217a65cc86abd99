/* Makes the meddler anew when its first life is over. */
#include "keeper_system.h"

#include "flow_facts.h"

void keeper_main(void);

void keeper_main(void) {
  BOUNDED_LOOP(1000, while (meddler_create(0) == REFUSED_BUSY)) {
    next_period();
  }
  meddler_start();
  FOREVER {
    next_period();
  }
}
