/* Asks the server for one thing after another, in every way there is. */
#include "client_system.h"

#include "ask.h"
#include "flow_facts.h"

void client_main(void);

enum { ROUNDS = 220, NO_SUCH_SLOT = 77 };

static volatile uint32_t finished;
static uint32_t drawn = 1;

static uint32_t draw(uint32_t below) {
  drawn = drawn * 1664525 + 1013904223;
  return (drawn >> 16) % below;
}

static void call_with(uint32_t slot, uint32_t request, uint32_t second) {
  uint32_t words[4] = {draw(100) * REQUESTS + request, second, draw(100), draw(100)};
  int32_t result = ask(CALL_CALL, slot, words);
  note_answer(result, words);
  /* How far the urgent one has come in between. */
  const volatile uint32_t *progress = PROGRESS;
  note((int32_t)*progress);
}

static void call_it(uint32_t slot, uint32_t request) {
  call_with(slot, request, draw(DEEP / 10));
}

static void call_while_locked(uint32_t request) {
  note(ask_with(CALL_LOCK, TABLE_SLOT, 0, 0, 0));
  call_it(SERVER_SLOT, request);
  note(ask_with(CALL_UNLOCK, TABLE_SLOT, 0, 0, 0));
}

void client_main(void) {
  BOUNDED_LOOP(ROUNDS, for (uint32_t round = 0; round < ROUNDS; round++)) {
    uint32_t request = draw(REQUEST_LOCK + 1);
    switch (draw(8)) {
      case 0:
        note(ask_with(CALL_LEND, PAGE_SLOT, SERVER_SLOT, SERVER_SPARE_SLOT, RIGHT_READ));
        call_it(SERVER_SLOT, REQUEST_DESCRIBE);
        break;
      case 1:
        note(ask_with(CALL_COPY, SERVER_SLOT, SLOT_OF_CALLER, SPARE_SLOT, RIGHT_CALL));
        call_it(SPARE_SLOT, request);
        note(ask_with(CALL_DISCARD, SPARE_SLOT, 0, 0, 0));
        break;
      case 2:
        call_it(NO_SUCH_SLOT, request);
        call_it(0xFFFFFF, request);
        break;
      case 3:
        call_it(PAGE_SLOT, request);
        call_it(BACKEND_SLOT, request);
        break;
      case 4:
        call_while_locked(request);
        break;
      default:
        call_it(SERVER_SLOT, request);
        break;
    }
  }
  call_with(SERVER_SLOT, REQUEST_BACKEND, DEEP);
  finished = 1;
  FOREVER {
  }
}
