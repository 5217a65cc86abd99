#include "sensor_system.h"

#include "flow_facts.h"

void sensor_main(void);

void sensor_main(void) {
  uint32_t reading = 0;
  FOREVER {
    reading++;
    readings_send(reading, reading * reading);
    next_period();
  }
}
