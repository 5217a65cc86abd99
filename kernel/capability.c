#include "capability.h"

#include "flow_facts.h"
#include "system_calls.h"

struct capability capability_slots[SYSTEM_CAPABILITY_SLOTS];

static void empty(struct capability *at) {
  at->object = OBJECT_NONE;
  at->generation = capability_next_generation(at->generation);
}

void capabilities_give(struct capability_table table, const struct system_task *task) {
  BOUNDED_LOOP(SYSTEM_TASK_SLOTS_MAX, for (uint32_t slot = 0; slot < table.count; slot++)) {
    struct capability *at = &capability_slots[table.first + slot];
    empty(at);
    if (slot < task->capabilities) {
      const struct system_capability *given = &system_capabilities[task->capabilities_first + slot];
      at->object = given->object;
      at->index = given->index;
      at->rights = given->rights;
      at->copies = 0;
      at->original = (uint16_t)(table.first + slot);
    }
  }
}

void capabilities_set_up(void) {
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    const struct system_task *task = &system_tasks[row];
    capabilities_give((struct capability_table){task->slots_first, task->slots}, task);
  }
}

/* Whether everything that a copy was made from is still as it was then. */
static bool origins_hold(const struct capability *at) {
  BOUNDED_LOOP(CAPABILITY_COPIES_MAX, while (at->copies != 0)) {
    const struct capability *origin = &capability_slots[at->origin];
    if (origin->generation != at->origin_generation) {
      return false;
    }
    at = origin;
  }
  return true;
}

struct capability_found capability_find(struct capability_table table, uint32_t slot) {
  if (slot >= table.count || capability_slots[table.first + slot].object == OBJECT_NONE) {
    return (struct capability_found){0, REFUSED_BAD_SLOT};
  }
  const struct capability *at = &capability_slots[table.first + slot];
  if (!origins_hold(at)) {
    return (struct capability_found){0, REFUSED_STALE};
  }
  return (struct capability_found){at, 0};
}

int32_t capability_check(struct capability_table table, uint32_t slot, uint8_t object, uint32_t rights) {
  if (slot >= table.count) {
    return REFUSED_BAD_SLOT;
  }
  const struct capability *at = &capability_slots[table.first + slot];
  if (at->object != object) {
    return at->object == OBJECT_NONE ? REFUSED_BAD_SLOT : REFUSED_BAD_TYPE;
  }
  if ((rights & ~at->rights) != 0) {
    return REFUSED_NOT_ALLOWED;
  }
  return origins_hold(at) ? at->index : REFUSED_STALE;
}

/* The slot to be filled; null and a refusal if it cannot be. */
static struct capability_found target(struct capability_table to, uint32_t to_slot) {
  if (to_slot >= to.count) {
    return (struct capability_found){0, REFUSED_BAD_ARGUMENT};
  }
  const struct capability *at = &capability_slots[to.first + to_slot];
  /* What a copy left behind when it became void gives way. */
  if (at->object != OBJECT_NONE && origins_hold(at)) {
    return (struct capability_found){0, REFUSED_TAKEN};
  }
  return (struct capability_found){at, 0};
}

int32_t capability_copy(struct capability_table table, uint32_t slot, struct capability_table to, uint32_t to_slot,
                        uint32_t rights) {
  struct capability_found from = capability_find(table, slot);
  if (from.capability == 0) {
    return from.refusal;
  }
  if (from.capability->copies == CAPABILITY_COPIES_MAX) {
    return REFUSED_TOO_DEEP;
  }
  if (from.capability->generation == UINT32_MAX) {
    return REFUSED_EXHAUSTED;
  }
  struct capability_found into = target(to, to_slot);
  if (into.capability == 0) {
    return into.refusal;
  }
  struct capability *at = &capability_slots[to.first + to_slot];
  empty(at);
  at->object = from.capability->object;
  at->copies = from.capability->copies + 1;
  at->index = from.capability->index;
  at->rights = from.capability->rights & rights;
  at->origin = (uint16_t)(table.first + slot);
  at->original = from.capability->original;
  at->origin_generation = from.capability->generation;
  return 0;
}

int32_t capability_move(struct capability_table table, uint32_t slot, struct capability_table to, uint32_t to_slot,
                        uint32_t rights) {
  struct capability_found found = capability_find(table, slot);
  if (found.capability == 0) {
    return found.refusal;
  }
  struct capability_found into = target(to, to_slot);
  if (into.capability == 0) {
    return into.refusal;
  }
  struct capability *from = &capability_slots[table.first + slot];
  struct capability *at = &capability_slots[to.first + to_slot];
  empty(at);
  at->object = from->object;
  at->copies = from->copies;
  at->index = from->index;
  at->rights = from->rights & rights;
  at->origin = from->origin;
  at->original = from->original;
  at->origin_generation = from->origin_generation;
  empty(from);
  return 0;
}

int32_t capability_revoke(struct capability_table table, uint32_t slot) {
  struct capability_found found = capability_find(table, slot);
  if (found.capability == 0) {
    return found.refusal;
  }
  struct capability *at = &capability_slots[table.first + slot];
  at->generation = capability_next_generation(at->generation);
  return 0;
}

int32_t capability_discard(struct capability_table table, uint32_t slot) {
  if (slot >= table.count || capability_slots[table.first + slot].object == OBJECT_NONE) {
    return REFUSED_BAD_SLOT;
  }
  empty(&capability_slots[table.first + slot]);
  return 0;
}

uint16_t capability_place(struct capability_table table, uint32_t slot) {
  return (uint16_t)(table.first + slot);
}

uint16_t capability_original(struct capability_table table, uint32_t slot) {
  return capability_slots[table.first + slot].original;
}

uint16_t capability_origin(uint16_t place) {
  return capability_slots[place].copies != 0 ? capability_slots[place].origin : place;
}
