/* Whom the server asks while it serves, and whoever that one asks: farther than waiting goes. */
#include "relay_system.h"

#include "ask.h"
#include "flow_facts.h"

void relay_main(void);

void relay_main(void) {
  uint32_t words[4] = {0, 1, 0, 0};
  int32_t result = ask(CALL_WAIT, 0, words);
  FOREVER {
    note_answer(result, words);
    words[1]++;
    if (words[1] >= DEEP || words[1] % 3 == 1) {
      note(ask(CALL_CALL, NEXT_SLOT, words));
    }
    result = ask(CALL_REPLY_AND_WAIT, 0, words);
  }
}
