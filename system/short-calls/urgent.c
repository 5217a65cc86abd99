/* Woken by the server while that serves: calls it, notifies it, or both. */
#include "urgent_system.h"

#include "ask.h"
#include "flow_facts.h"

void urgent_main(void);

void urgent_main(void) {
  volatile uint32_t *progress = PROGRESS;
  FOREVER {
    uint32_t words[4] = {URGENT_CALLS | URGENT_NOTIFIES, 0, 0, 0};
    note(ask(CALL_WAIT, 0, words));
    uint32_t what = words[0];
    if ((what & URGENT_NOTIFIES) != 0) {
      note(ask_with(CALL_NOTIFY, SERVER_SLOT, SERVER_IS_NOTIFIED, 0, 0));
    }
    if ((what & URGENT_CALLS) != 0) {
      uint32_t request[4] = {REQUEST_NOTHING, what, 2, 3};
      int32_t result = ask(CALL_CALL, SERVER_SLOT, request);
      note_answer(result, request);
    }
    ++*progress;
  }
}
