/* nothing, next_period, time, budget */
#include "call.h"
#include "clock.h"
#include "jobs.h"
#include "waits.h"

/* vector_entries.S answers this one itself, unless there is something in the slot. */
uint32_t call_nothing(void) {
  return call_answer(running, RESULT_OK);
}

uint32_t call_next_period(void) {
  struct process *caller = running;
  if (!may_wait(caller)) {
    return call_answer(caller, REFUSED_BUSY);
  }
  call_answer(caller, RESULT_OK);
  job_end(caller);
  return CALL_NEEDS_DISPATCH;
}

uint32_t call_time(void) {
  struct process *caller = running;
  uint64_t now = clock_now();
  caller->frame.WORD_0 = (uint32_t)now;
  caller->frame.WORD_1 = (uint32_t)(now >> 32);
  return call_answer(caller, RESULT_OK);
}

uint32_t call_budget(void) {
  struct process *caller = running;
  dispatch_charge();
  caller->frame.WORD_0 =
      paying->task->budget == SYSTEM_BUDGET_UNLIMITED ? UINT32_MAX : (uint32_t)paying->cycles_left;
  return call_answer(caller, RESULT_OK);
}
