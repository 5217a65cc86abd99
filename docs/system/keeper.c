/* Sets the filter's weight, and restarts the sampler when it has failed. */
#include "keeper_system.h"

#include "flow_facts.h"

void keeper_main(void);

void keeper_main(void) {
  FOREVER {
    uint32_t fault[4];
    if (faults_poll(fault) >= 0) {
      sampler_restart();
    }
    state_lock();
    *(volatile uint32_t *)TABLE = 3;
    state_unlock();
    next_period();
  }
}
