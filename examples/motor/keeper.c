/* Is told when the fan's driver crashes, and restarts it: once in a period, so that a crash costs no more than a period's job. */
#include "keeper_system.h"

#include "flow_facts.h"
#include "report.h"

void keeper_main(void);

static volatile uint32_t crashes;

void keeper_main(void) {
  FOREVER {
    uint32_t fault[4];
    if (faults_poll(fault) >= 0) {
      fan_restart();
      report_send(REPORT_RESTART, ++crashes, 0);
    }
    next_period();
  }
}
