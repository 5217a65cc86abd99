/* Is trusted, so it reaches the rings itself: takes what is there, and sends it back. Takes letters, too. */
#include "consumer_system.h"

#include "flow_facts.h"

void consumer_main(void);

enum { TAKEN_MAX = 16 };

static volatile uint32_t taken, wrong, letters, letters_wrong, returned;

void consumer_main(void) {
  FOREVER {
    uint32_t numbers[4];
    BOUNDED_LOOP(TAKEN_MAX, for (uint32_t i = 0; i < TAKEN_MAX; i++)) {
      if (!there_receive(numbers)) {
        break;
      }
      wrong += numbers[0] != taken || numbers[1] != ~taken || numbers[2] != taken << 4 || numbers[3] != 7;
      taken++;
      numbers[0] = returned;
      numbers[3] = 9;
      if (back_send(numbers)) {
        returned++;
      }
    }
    uint32_t letter[2];
    if (letters_poll(letter) == PRODUCER_NUMBER) {
      letters_wrong += letter[0] != letters;
      letters++;
    }
    next_period();
  }
}
