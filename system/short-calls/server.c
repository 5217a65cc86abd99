/* Does what it is asked for, then replies: at once, or when it has asked others. */
#include "server_system.h"

#include "ask.h"
#include "flow_facts.h"

void server_main(void);

_Static_assert((int)SPARE_SLOT == (int)SERVER_SPARE_SLOT, "where the client puts it");

static uint32_t requests;

static void serve(uint32_t words[4]) {
  requests++;
  switch (words[0] % REQUESTS) {
    case REQUEST_BACKEND:
      note(ask(CALL_CALL, BACKEND_SLOT, words));
      break;
    case REQUEST_WAKE:
      note(ask_with(CALL_NOTIFY, URGENT_SLOT, 1 + requests % 3, 0, 0));
      break;
    case REQUEST_DESCRIBE:
      note(ask(CALL_DESCRIBE, SPARE_SLOT, words));
      break;
    case REQUEST_LOCK:
      note(ask_with(CALL_LOCK, TABLE_SLOT, 0, 0, 0));
      note(ask_with(CALL_REPLY_AND_WAIT, 0, 0, 0, 0));
      note(ask_with(CALL_UNLOCK, TABLE_SLOT, 0, 0, 0));
      break;
    default:
      break;
  }
  words[3] = requests;
}

void server_main(void) {
  uint32_t words[4] = {SERVER_IS_NOTIFIED, 1, 0, 0};
  int32_t result = ask(CALL_WAIT, 0, words);
  FOREVER {
    note_answer(result, words);
    if (result != EVENT_NOTIFIED) {
      serve(words);
    }
    result = ask(CALL_REPLY_AND_WAIT, 0, words);
  }
}
