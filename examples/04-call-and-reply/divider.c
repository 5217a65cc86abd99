#include "divider_system.h"

#include "flow_facts.h"

void divider_main(void);

void divider_main(void) {
  uint32_t words[4];
  wait(0, 1, words);
  FOREVER {
    uint32_t quotient = words[1] == 0 ? 0 : words[0] / words[1];
    uint32_t remainder = words[1] == 0 ? 0 : words[0] % words[1];
    reply_and_wait(quotient, remainder, words[1] == 0, 0, words);
  }
}
