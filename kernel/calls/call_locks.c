/* lock, unlock */
#include "call.h"
#include "faults.h"
#include "locks.h"

/* The lock is somebody else's. */
static uint32_t wait_for_lock(struct process *caller, uint8_t lock) {
  int32_t may = dispatch_may_wait_for(caller, lock_holder(lock));
  if (may < 0) {
    fault_log(caller, FAULT_DEADLOCK);
    return call_answer(caller, may);
  }
  call_answer(caller, RESULT_OK);
  caller->wait = WAIT_LOCK;
  caller->waits_for = lock;
  return CALL_NEEDS_DISPATCH;
}

uint32_t call_lock(void) {
  struct process *caller = running;
  int32_t lock = call_object(caller, OBJECT_LOCK, RIGHT_ACQUIRE);
  if (lock < 0) {
    return call_answer(caller, lock);
  }
  uint8_t holder = lock_holder((uint8_t)lock);
  if (holder == process_number(caller)) {
    return call_answer(caller, REFUSED_TAKEN);
  }
  if (lock_is_one_too_many(caller)) {
    return call_answer(caller, REFUSED_TOO_DEEP);
  }
  if (holder != NOBODY) {
    return wait_for_lock(caller, (uint8_t)lock);
  }
  lock_take(caller, (uint8_t)lock);
  return call_answer(caller, RESULT_OK);
}

uint32_t call_unlock(void) {
  struct process *caller = running;
  int32_t lock = call_object(caller, OBJECT_LOCK, RIGHT_ACQUIRE);
  if (lock < 0) {
    return call_answer(caller, lock);
  }
  if (lock != caller->newest_lock) {
    return call_answer(caller, REFUSED_BUSY);
  }
  lock_release_newest(caller);
  call_answer(caller, RESULT_OK);
  return CALL_NEEDS_DISPATCH;
}
