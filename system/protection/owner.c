/* Lends and gives a buffer to the server, and writes down whether the server could read it. */
#include "owner_system.h"

#include "flow_facts.h"

void owner_main(void);

enum { WORD = 42, SERVERS_SPARE_SLOT = 0, ALL_RIGHTS = -1 };

struct results {
  uint32_t begun, ended;
  int32_t before, lent, during, after, taken_back, given, again;
  uint32_t word;
};

static int32_t ask(volatile struct results *results) {
  uint32_t answer[4] = {0, 0, 0, 0};
  int32_t result = server_call((uint32_t)BUFFER, 0, 0, 0, answer);
  if (result >= 0) {
    results->word += answer[0];
  }
  return result;
}

static void lend_and_give(volatile struct results *results) {
  *(volatile uint32_t *)BUFFER = WORD;
  results->before = ask(results);
  results->lent = buffer_lend(SERVER_SLOT, SERVERS_SPARE_SLOT, (uint32_t)ALL_RIGHTS);
  results->during = ask(results);
  results->after = ask(results);
  buffer_copy(SERVER_SLOT, SERVERS_SPARE_SLOT, (uint32_t)ALL_RIGHTS);
  results->word += ask(results) < 0 ? 0 : 1000;
  buffer_revoke();
  results->taken_back = ask(results);
  results->given = buffer_grant(SERVER_SLOT, SERVERS_SPARE_SLOT, (uint32_t)ALL_RIGHTS);
  results->again = ask(results);
}

void owner_main(void) {
  volatile struct results *results = RESULTS;
  if (results->begun == 0) {
    results->begun = 1;
    lend_and_give(results);
    /* It is not the owner's any more. */
    *(volatile uint32_t *)BUFFER = 0;
    results->ended = 100;
  }
  results->ended++;
  next_period();
}
