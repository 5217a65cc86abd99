/* copy, revoke, discard, describe, grant, lend */
#include "call.h"

struct receiver {
  struct capability_table table;
  int32_t refusal;
};

/* Whose table the copy goes to: the caller's own, or that of a process which it may call. */
static struct receiver receiver_of(const struct process *caller) {
  uint32_t slot = caller->frame.WORD_0;
  if (slot == SLOT_OF_CALLER) {
    return (struct receiver){process_capabilities(caller), 0};
  }
  struct process_found found = process_find(caller, slot, RIGHT_CALL);
  if (found.process == 0) {
    return (struct receiver){{0, 0}, found.refusal};
  }
  return (struct receiver){process_capabilities(found.process), 0};
}

/* The capability in the caller's slot, if it is of that kind and allows that. */
static int32_t allowed(const struct process *caller, uint8_t object, uint32_t right) {
  struct capability_found found = capability_find(process_capabilities(caller), call_slot(caller));
  if (found.capability == 0) {
    return found.refusal;
  }
  if (object != OBJECT_NONE && found.capability->object != object) {
    return REFUSED_BAD_TYPE;
  }
  return (found.capability->rights & right) != 0 ? RESULT_OK : REFUSED_NOT_ALLOWED;
}

static int32_t copy(const struct process *caller, uint8_t object, uint32_t right) {
  int32_t result = allowed(caller, object, right);
  if (result < 0) {
    return result;
  }
  struct receiver to = receiver_of(caller);
  if (to.refusal < 0) {
    return to.refusal;
  }
  return capability_copy(process_capabilities(caller), call_slot(caller), to.table, caller->frame.WORD_1,
                         caller->frame.WORD_2);
}

uint32_t call_copy(void) {
  return call_answer(running, copy(running, OBJECT_NONE, RIGHT_COPY));
}

uint32_t call_lend(void) {
  struct process *caller = running;
  uint32_t slot = call_slot(caller);
  int32_t result = copy(caller, OBJECT_REGION, RIGHT_LEND);
  if (result == RESULT_OK) {
    caller->lent = (uint16_t)(capability_place(process_capabilities(caller), slot) + 1);
  }
  return call_answer(caller, result);
}

uint32_t call_grant(void) {
  struct process *caller = running;
  int32_t result = allowed(caller, OBJECT_REGION, RIGHT_GRANT);
  if (result == RESULT_OK) {
    struct receiver to = receiver_of(caller);
    result = to.refusal < 0 ? to.refusal
                            : capability_move(process_capabilities(caller), call_slot(caller), to.table,
                                              caller->frame.WORD_1, caller->frame.WORD_2);
  }
  return call_answer(caller, result);
}

uint32_t call_revoke(void) {
  struct process *caller = running;
  int32_t result = allowed(caller, OBJECT_NONE, RIGHT_REVOKE);
  return call_answer(caller, result < 0 ? result : capability_revoke(process_capabilities(caller), call_slot(caller)));
}

uint32_t call_discard(void) {
  struct process *caller = running;
  return call_answer(caller, capability_discard(process_capabilities(caller), call_slot(caller)));
}

uint32_t call_describe(void) {
  struct process *caller = running;
  struct capability_found found = capability_find(process_capabilities(caller), call_slot(caller));
  if (found.capability != 0) {
    caller->frame.WORD_0 = found.capability->object;
    caller->frame.WORD_1 = found.capability->index;
    caller->frame.WORD_2 = found.capability->rights;
    caller->frame.WORD_3 = found.capability->copies;
  }
  return call_answer(caller, found.refusal);
}
