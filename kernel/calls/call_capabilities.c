/* copy, revoke, discard, describe, grant, lend */
#include "call.h"
#include "direct_channels.h"
#include "regions.h"

struct receiver {
  const struct process *process;
  struct capability_table table;
  int32_t refusal;
};

/* Whose table the copy goes to: the caller's own, or that of a process which it may call. */
static struct receiver receiver_of(const struct process *caller) {
  uint32_t slot = caller->frame.WORD_0;
  if (slot == SLOT_OF_CALLER) {
    return (struct receiver){caller, process_capabilities(caller), 0};
  }
  struct process_found found = process_find(caller, slot, RIGHT_CALL);
  if (found.process == 0) {
    return (struct receiver){0, {0, 0}, found.refusal};
  }
  return (struct receiver){found.process, process_capabilities(found.process), 0};
}

/* The capability in the caller's slot, if it is of that kind and allows that. */
static struct capability_found allowed(const struct process *caller, uint8_t object, uint32_t right) {
  struct capability_found found = capability_find(process_capabilities(caller), call_slot(caller));
  if (found.capability == 0) {
    return found;
  }
  if (object != OBJECT_NONE && found.capability->object != object) {
    return (struct capability_found){0, REFUSED_BAD_TYPE};
  }
  return (found.capability->rights & right) != 0 ? found : (struct capability_found){0, REFUSED_NOT_ALLOWED};
}

/* `how`: 0, or LENT_FOR_LONGER. */
static int32_t copy(struct process *caller, uint8_t object, uint32_t right, uint16_t how) {
  struct capability_found from = allowed(caller, object, right);
  if (from.capability == 0) {
    return from.refusal;
  }
  struct receiver to = receiver_of(caller);
  if (to.refusal < 0) {
    return to.refusal;
  }
  uint16_t place = capability_place(process_capabilities(caller), call_slot(caller));
  bool is_region = from.capability->object == OBJECT_REGION;
  int32_t result = is_region ? region_may_be_copied(caller, place, to.process) : RESULT_OK;
  if (result == RESULT_OK) {
    result = capability_copy(process_capabilities(caller), call_slot(caller), to.table, caller->frame.WORD_1,
                             caller->frame.WORD_2);
  }
  if (result == RESULT_OK && is_region) {
    region_is_copied(place, to.process, capability_place(to.table, caller->frame.WORD_1), from.capability->index,
                     from.capability->rights & caller->frame.WORD_2);
    caller->lent = (uint16_t)((place + 1) | how);
  }
  return result;
}

uint32_t call_copy(void) {
  return call_answer(running, copy(running, OBJECT_NONE, RIGHT_COPY, LENT_FOR_LONGER));
}

uint32_t call_lend(void) {
  return call_answer(running, copy(running, OBJECT_REGION, RIGHT_LEND, 0));
}

static int32_t move(const struct process *caller) {
  struct capability_found from = allowed(caller, OBJECT_REGION, RIGHT_GRANT);
  if (from.capability == 0) {
    return from.refusal;
  }
  struct receiver to = receiver_of(caller);
  int32_t result = to.refusal < 0 ? to.refusal : region_may_be_moved(to.process);
  uint16_t region = from.capability->index;
  uint32_t rights = from.capability->rights & caller->frame.WORD_2;
  if (result == RESULT_OK) {
    result = capability_move(process_capabilities(caller), call_slot(caller), to.table, caller->frame.WORD_1,
                             caller->frame.WORD_2);
  }
  if (result == RESULT_OK) {
    region_has_moved(capability_place(process_capabilities(caller), call_slot(caller)), to.process,
                     capability_place(to.table, caller->frame.WORD_1), region, rights);
  }
  return result;
}

uint32_t call_grant(void) {
  return call_answer(running, move(running));
}

uint32_t call_revoke(void) {
  struct process *caller = running;
  int32_t result = allowed(caller, OBJECT_NONE, RIGHT_REVOKE).refusal;
  if (result == RESULT_OK) {
    result = capability_revoke(process_capabilities(caller), call_slot(caller));
    region_copies_are_void(capability_place(process_capabilities(caller), call_slot(caller)));
  }
  return call_answer(caller, result);
}

uint32_t call_discard(void) {
  struct process *caller = running;
  const struct capability_table table = process_capabilities(caller);
  if (call_slot(caller) < table.count) {
    region_is_discarded(capability_place(table, call_slot(caller)));
    direct_channel_is_discarded(caller, call_slot(caller));
  }
  return call_answer(caller, capability_discard(table, call_slot(caller)));
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
