/* Every fourth job goes on until it is ended: then all begins anew. */
#include "greedy_system.h"

void greedy_main(void);

static volatile uint32_t jobs;

void greedy_main(void) {
  FOREVER {
    jobs++;
    while (jobs % 4 == 0) {
    }
    next_period();
  }
}
