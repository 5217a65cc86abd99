#include "regions.h"

#include "at_boot.h"
#include "flow_facts.h"
#include "protection.h"
#include "system_calls.h"

struct opened opened_regions[SYSTEM_CAPABILITY_SLOTS];

/* The task's region that the description opens for this capability. */
AT_BOOT static uint16_t initial_region(const struct system_task *task, const struct system_capability *given) {
  if (given->object != OBJECT_REGION) {
    return PROTECTION_NO_REGION;
  }
  BOUNDED_LOOP(PROTECTION_REGIONS, for (uint8_t i = 0; i < task->grants; i++)) {
    if (system_grants[task->grants_first + i].region == given->index) {
      return protection_region(task->number, i);
    }
  }
  return PROTECTION_NO_REGION;
}

AT_BOOT void regions_set_up(void) {
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    const struct system_task *task = &system_tasks[row];
    BOUNDED_LOOP(SYSTEM_TASK_SLOTS_MAX, for (uint32_t slot = 0; slot < task->slots; slot++)) {
      struct opened *at = &opened_regions[task->slots_first + slot];
      at->initial = slot < task->capabilities
                        ? initial_region(task, &system_capabilities[task->capabilities_first + slot])
                        : PROTECTION_NO_REGION;
      at->region = at->initial;
      at->copy = NO_PLACE;
    }
  }
}

static uint8_t access_of(uint32_t rights) {
  return (uint8_t)(((rights & RIGHT_READ) != 0 ? ACCESS_READ : 0) | ((rights & RIGHT_WRITE) != 0 ? ACCESS_WRITE : 0) |
                   ((rights & RIGHT_EXECUTE) != 0 ? ACCESS_EXECUTE : 0));
}

int32_t region_may_be_moved(const struct process *receiver) {
  return protection_free_window(receiver) == PROTECTION_NO_REGION ? REFUSED_NO_ROOM : RESULT_OK;
}

static bool has_lent(const struct process *process) {
  return process->lent != 0 && opened_regions[region_lent(process)].copy != NO_PLACE;
}

int32_t region_may_be_copied(const struct process *owner, uint16_t place, const struct process *receiver) {
  if (capability_origin(place) != place) {
    return REFUSED_TOO_DEEP;
  }
  return has_lent(owner) ? REFUSED_BUSY : region_may_be_moved(receiver);
}

/* One that comes home is what it was at first. */
static uint16_t region_for(const struct process *receiver, uint16_t initial, uint16_t region) {
  if (initial != PROTECTION_NO_REGION &&
      system_grants[receiver->task->grants_first + (initial & MPU_SELECT_REGION_MASK)].region == region) {
    return initial;
  }
  return protection_free_window(receiver);
}

static void open(const struct process *receiver, uint16_t place, uint16_t region, uint32_t rights) {
  uint8_t access = access_of(rights);
  struct opened *at = &opened_regions[place];
  at->region = access == 0 ? PROTECTION_NO_REGION : region_for(receiver, at->initial, region);
  at->copy = NO_PLACE;
  if (at->region != PROTECTION_NO_REGION) {
    protection_open(at->region, region, access);
  }
}

void region_is_copied(uint16_t place, const struct process *receiver, uint16_t to, uint16_t region, uint32_t rights) {
  opened_regions[place].copy = to;
  open(receiver, to, region, rights);
}

/* A copy stays its origin's, wherever it goes. */
void region_has_moved(uint16_t place, const struct process *receiver, uint16_t to, uint16_t region, uint32_t rights) {
  uint16_t origin = capability_origin(to);
  region_close(&opened_regions[place]);
  region_copies_are_void(place);
  if (origin != to) {
    opened_regions[origin].copy = to;
  }
  open(receiver, to, region, rights);
}

void region_is_discarded(uint16_t place) {
  uint16_t origin = capability_origin(place);
  if (opened_regions[origin].copy == place) {
    opened_regions[origin].copy = NO_PLACE;
  }
  region_close(&opened_regions[place]);
  region_copies_are_void(place);
}
