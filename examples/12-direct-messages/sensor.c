#include "sensor_system.h"

#include "flow_facts.h"

void sensor_main(void);

enum { READINGS = 5 };

void sensor_main(void) {
  uint32_t reading = 0;
  FOREVER {
    BOUNDED_LOOP(READINGS, for (uint32_t i = 0; i < READINGS; i++)) {
      if (readings_send(reading, reading * reading) < 0) {
        break;
      }
      reading++;
    }
    next_period();
  }
}
