/* The speed loop: the current that makes the speed what is wanted. Speeds are in encoder counts a job, of a millisecond. */
#include "speed_system.h"

#include "drive.h"

void speed_main(void);

/* 1500 turns a minute. */
enum { WANTED = 25 * ENCODER_COUNTS / 1000 };

static volatile uint32_t jobs;

static void control(int32_t moved) {
  static int32_t integral_uA;
  int32_t error = WANTED - moved;
  int32_t sum_mA = 8 * error + integral_uA / 1000;
  int32_t wanted_mA = within(sum_mA, CURRENT_MAX_mA);
  if (sum_mA == wanted_mA) {
    integral_uA = within(integral_uA + 60 * error, 1000 * CURRENT_MAX_mA);
  }
  uint32_t told[1] = {(uint32_t)wanted_mA};
  wanted_send(told);
  jobs++;
}

void speed_main(void) {
  const volatile struct drive *motor = DRIVE;
  int32_t before = motor->angle;
  next_period();
  FOREVER {
    int32_t now = motor->angle;
    control(now - before);
    before = now;
    next_period();
  }
}
