/* What motor and machine share, in words of memory: sim/motor.ts is the other side. */
#ifndef DRIVE_H
#define DRIVE_H

#include <stdint.h>

struct drive {
  int32_t voltage_mV; /* written here */
  int32_t current_mA;
  int32_t angle; /* in ENCODER_COUNTS of a turn; wraps */
  int32_t temperature;
};

enum { ENCODER_COUNTS = 65536, SUPPLY_mV = 24000, CURRENT_MAX_mA = 5000 };

static inline int32_t within(int32_t value, int32_t limit) {
  return value > limit ? limit : value < -limit ? -limit : value;
}

#endif
