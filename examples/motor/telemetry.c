/* Tells the console, every 10 ms, how the motor does. */
#include "telemetry_system.h"

#include "drive.h"
#include "flow_facts.h"
#include "report.h"

void telemetry_main(void);

static volatile uint32_t jobs;

void telemetry_main(void) {
  const volatile struct drive *motor = DRIVE;
  int32_t before = motor->angle;
  next_period();
  FOREVER {
    int32_t now = motor->angle;
    /* Counts in 10 ms, as turns a minute. */
    uint32_t turns = (uint32_t)(now - before) * 375 / 4096;
    report_send(REPORT_MOTOR, turns, (uint32_t)motor->current_mA);
    before = now;
    jobs++;
    next_period();
  }
}
