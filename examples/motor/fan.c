/* The fan's driver. That the sensor could say 0 was not thought of: the division faults, and the keeper restarts it. */
#include "fan_system.h"

#include "drive.h"
#include "flow_facts.h"

void fan_main(void);

enum { WARMTH = 1000000 };

static volatile int32_t setting;

void fan_main(void) {
  const volatile struct drive *motor = DRIVE;
  FOREVER {
    setting = WARMTH / motor->temperature;
    next_period();
  }
}
