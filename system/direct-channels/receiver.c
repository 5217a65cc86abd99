/* Takes what is there, in each job, and counts what is not as it should be. */
#include "receiver_system.h"

#include "flow_facts.h"

void receiver_main(void);

enum { TRIES = 8 };

static volatile uint32_t received, wrong;
/* Of the last message, and of the last try. */
static volatile int32_t sender, end;

void receiver_main(void) {
  FOREVER {
    BOUNDED_LOOP(TRIES, for (uint32_t i = 0; i < TRIES; i++)) {
      uint32_t reading[3];
      int32_t result = readings_poll(reading);
      end = result;
      if (result < 0) {
        break;
      }
      sender = result;
      wrong += reading[0] != received || reading[1] != ~received || reading[2] != received << 8;
      received++;
    }
    next_period();
  }
}
