/* Looks back further with each job, until it looks back further than its budget goes. */
#include "estimator_system.h"

#include "drive.h"
#include "flow_facts.h"

void estimator_main(void);

static volatile int32_t estimate;

static void look_back(uint32_t samples) {
  const volatile struct drive *motor = DRIVE;
  for (uint32_t i = 0; i < samples; i++) {
    estimate += (motor->current_mA - estimate) / 16;
  }
}

void estimator_main(void) {
  uint32_t samples = 64;
  FOREVER {
    look_back(samples);
    samples *= 2;
    next_period();
  }
}
