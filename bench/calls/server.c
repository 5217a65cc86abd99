/* Answers each call with what it was asked. */
#include "server_system.h"

#include "flow_facts.h"

void server_main(void);

void server_main(void) {
  uint32_t words[4];
  wait(0, 1, words);
  FOREVER {
    reply_and_wait(words[0], words[1], words[2], words[3], words);
  }
}
