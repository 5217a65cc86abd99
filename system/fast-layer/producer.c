/* Puts numbers into one ring, takes them out of another, and sends some, all by the layer; over and over. */
#include "producer_system.h"

#include "flow_facts.h"

void producer_main(void);

enum { LETTER_EVERY = 8 };

static volatile uint32_t put, full, echoed, echoed_wrong, sent;

void producer_main(void) {
  FOREVER {
    uint32_t numbers[4] = {put, ~put, put << 4, 7};
    if (there_send(numbers)) {
      put++;
    } else {
      full++;
    }
    uint32_t echo[4];
    if (back_receive(echo)) {
      echoed_wrong += echo[0] != echoed || echo[3] != 9;
      echoed++;
    }
    if (put % LETTER_EVERY == 0 && letters_send(sent, put) == RESULT_OK) {
      sent++;
    }
  }
}
