#include "timer_system.h"

#include "timer_service.h"

void timer_main(void);

void timer_main(void) {
  static const struct timer_client clients[] = {{CLOCK_NUMBER, CLOCK_SLOT}, {METER_NUMBER, METER_SLOT}};
  timer_serve(REQUESTS_SLOT, clients, sizeof clients / sizeof clients[0]);
}
