/* Answers with the word at the address that it is asked for. */
#include "server_system.h"

#include "flow_facts.h"

void server_main(void);

void server_main(void) {
  uint32_t words[4];
  wait(0, 1, words);
  FOREVER {
    uint32_t word = *(const volatile uint32_t *)words[0];
    reply_and_wait(word, 0, 0, 0, words);
  }
}
