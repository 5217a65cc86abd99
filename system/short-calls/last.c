/* Whom nobody stands behind. */
#include "last_system.h"

#include "ask.h"
#include "flow_facts.h"

void last_main(void);

void last_main(void) {
  uint32_t words[4] = {0, 1, 0, 0};
  int32_t result = ask(CALL_WAIT, 0, words);
  FOREVER {
    note_answer(result, words);
    result = ask(CALL_REPLY_AND_WAIT, 0, words);
  }
}
