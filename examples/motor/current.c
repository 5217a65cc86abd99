/* The current loop: the voltage that makes the current what the speed loop wants. */
#include "current_system.h"

#include "drive.h"

void current_main(void);
void current_job(void);

/* The integral is kept in parts of a millivolt. */
enum { PARTS = 32, PARTS_FOR_EACH_mA = 3 };

static volatile uint32_t jobs;

__attribute__((noinline)) void current_job(void) {
  static int32_t wanted_mA, integral;
  volatile struct drive *motor = DRIVE;
  uint32_t latest[1];
  if (wanted_receive(latest)) {
    wanted_mA = (int32_t)latest[0];
  }
  int32_t error_mA = wanted_mA - motor->current_mA;
  integral = within(integral + PARTS_FOR_EACH_mA * error_mA, PARTS * SUPPLY_mV);
  motor->voltage_mV = within(4 * error_mA + integral / PARTS, SUPPLY_mV);
  jobs++;
  next_period();
}

void current_main(void) {
  FOREVER {
    current_job();
  }
}
