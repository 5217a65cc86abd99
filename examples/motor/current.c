/* The current loop: the voltage that makes the current what the speed loop wants. */
#include "current_system.h"

#include "drive.h"

void current_main(void);

static volatile uint32_t jobs;

static void control(void) {
  static int32_t wanted_mA, integral_mV;
  volatile struct drive *motor = DRIVE;
  uint32_t latest[1];
  if (wanted_receive(latest)) {
    wanted_mA = (int32_t)latest[0];
  }
  int32_t error_mA = wanted_mA - motor->current_mA;
  integral_mV = within(integral_mV + error_mA * 3 / 8, SUPPLY_mV);
  motor->voltage_mV = within(4 * error_mA + integral_mV, SUPPLY_mV);
  jobs++;
}

void current_main(void) {
  FOREVER {
    control();
    next_period();
  }
}
