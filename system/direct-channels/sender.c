/* Sends as many messages as it may, and tries two more, in each job. */
#include "sender_system.h"

#include "flow_facts.h"

void sender_main(void);

enum { TRIES = 5 };

/* Of the last job. */
static volatile int32_t answers[TRIES];
static volatile uint32_t number;

void sender_main(void) {
  FOREVER {
    BOUNDED_LOOP(TRIES, for (uint32_t i = 0; i < TRIES; i++)) {
      answers[i] = readings_send(number, ~number, number << 8);
      if (answers[i] == RESULT_OK) {
        number++;
      }
    }
    next_period();
  }
}
