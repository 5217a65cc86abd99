/* Copies more and more into an array of four words; goes on with the next length when it is restarted. */
#include "careless_system.h"

#include "flow_facts.h"

void careless_main(void);

enum { WORDS = 4, LENGTHS = 7 };

/* The next length; how often a copy of each came back. */
struct copies {
  uint32_t next;
  uint32_t returned[LENGTHS];
};

static __attribute__((noinline)) uint32_t copy(uint32_t length) {
  volatile uint32_t words[WORDS];
  BOUNDED_LOOP(LENGTHS, for (uint32_t i = 0; i < length; i++)) {
    words[i] = i;
  }
  return words[0];
}

void careless_main(void) {
  volatile struct copies *copies = COPIES;
  FOREVER {
    uint32_t length = copies->next;
    if (length == LENGTHS) {
      next_period();
    }
    copies->next = length + 1;
    copy(length);
    copies->returned[length]++;
  }
}
