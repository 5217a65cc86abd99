/* Writes down what each fault was, and restarts whoever raised it. */
#include "guard_system.h"

#include "flow_facts.h"

void guard_main(void);

void guard_main(void) {
  volatile uint32_t *reports = REPORTS;
  FOREVER {
    uint32_t fault[4];
    if (faults_receive(0, fault) < 0) {
      continue;
    }
    volatile uint32_t *report = reports + 1 + 4 * reports[0];
    BOUNDED_LOOP(4, for (uint32_t i = 0; i < 4; i++)) {
      report[i] = fault[i];
    }
    reports[0]++;
    uint32_t who = fault[0] & 0xFF;
    if (who == TRESPASSER_NUMBER) {
      trespasser_restart();
    } else if (who == OWNER_NUMBER) {
      owner_restart();
    } else {
      server_restart();
    }
  }
}
