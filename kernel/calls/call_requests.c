/* call, reply, reply_and_wait, wait, notify */
#include "call.h"
#include "faults.h"
#include "rendezvous.h"
#include "waits.h"

/* The request stays in the caller's frame until the server takes it: dispatch.c hands it over. */
uint32_t call_call(void) {
  struct process *caller = running;
  struct process_found server = process_find(caller, call_slot(caller), RIGHT_CALL);
  if (server.process == 0) {
    return call_answer(caller, server.refusal);
  }
  uint8_t number = process_number(server.process);
  int32_t may = dispatch_may_wait_for(caller, number);
  if (may < 0) {
    fault_log(caller, FAULT_DEADLOCK);
    return call_answer(caller, may);
  }
  caller->wait = WAIT_CALL;
  caller->waits_for = number;
  return CALL_NEEDS_DISPATCH;
}

uint32_t call_reply(void) {
  struct process *caller = running;
  if (caller->serves == NOBODY) {
    return call_answer(caller, REFUSED_GONE);
  }
  rendezvous_answer(caller);
  rendezvous_goes_on_alone(caller);
  call_answer(caller, RESULT_OK);
  return CALL_NEEDS_DISPATCH;
}

/* Notifications that have come already are taken at once. */
static void wait_for_events(struct process *caller) {
  uint32_t come = caller->notifications & caller->notifications_awaited;
  if (come != 0) {
    caller->notifications &= ~come;
    caller->frame.WORD_0 = come;
    rendezvous_goes_on_alone(caller);
    call_answer(caller, EVENT_NOTIFIED);
  } else if (caller->state == STATE_SERVING) {
    caller->state = STATE_WAITING;
    caller->wait = WAIT_EVENTS;
  } else {
    wait_begin(caller, WAIT_EVENTS, 0, WAIT_FOR_EVER);
  }
}

uint32_t call_reply_and_wait(void) {
  struct process *caller = running;
  if (caller->newest_lock != NO_LOCK) {
    return call_answer(caller, REFUSED_BUSY);
  }
  if (caller->serves != NOBODY) {
    rendezvous_answer(caller);
  }
  wait_for_events(caller);
  return CALL_NEEDS_DISPATCH;
}

uint32_t call_wait(void) {
  struct process *caller = running;
  if (!may_wait(caller)) {
    return call_answer(caller, REFUSED_BUSY);
  }
  caller->notifications_awaited = caller->frame.WORD_0;
  caller->accepts_calls = caller->frame.WORD_1 != 0;
  wait_for_events(caller);
  return CALL_NEEDS_DISPATCH;
}

uint32_t call_notify(void) {
  struct process *caller = running;
  struct process_found found = process_find(caller, call_slot(caller), RIGHT_NOTIFY);
  if (found.process == 0) {
    return call_answer(caller, found.refusal);
  }
  notify(found.process, caller->frame.WORD_0);
  return call_answer_and_dispatch(caller, RESULT_OK);
}
