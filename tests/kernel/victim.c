/* Says what one of its slots holds, to whoever calls it; and has a secret. */
#include "victim_system.h"

#include "flow_facts.h"

void victim_main(void);

enum { ITS_SECRET = 0x5EC4E7 };

void victim_main(void) {
  uint32_t words[4];
  *(volatile uint32_t *)SECRET = ITS_SECRET;
  wait(0, 1, words);
  FOREVER {
    uint32_t held[4] = {0, 0, 0, 0};
    int32_t result = system_call_words(CALL_DESCRIBE, words[0], held);
    reply_and_wait((uint32_t)result, held[0], held[1], held[2], words);
  }
}
