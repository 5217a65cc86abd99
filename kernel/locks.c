#include "locks.h"

#include "at_boot.h"
#include "clock.h"
#include "dispatch.h"
#include "flow_facts.h"
#include "ready_set.h"

struct lock {
  /* The one that the holder took before; NO_LOCK: none. */
  uint8_t older;
  /* How many the holder has with this one. */
  uint8_t held;
  /* Row of the most urgent user's task. */
  uint8_t ceiling_row;
  /* What the holder's was before. */
  struct urgency urgency;
};

/* Row SYSTEM_LOCKS is nobody's: arrays have at least one. */
static struct lock locks[SYSTEM_LOCKS + 1];
uint8_t lock_holders[SYSTEM_LOCKS + 1];

/* The most urgent of a lock's users is the task that has its ceiling as its level. */
AT_BOOT void locks_set_up(void) {
  BOUNDED_LOOP(SYSTEM_LOCKS + 1, for (uint32_t index = 0; index < SYSTEM_COUNT(SYSTEM_LOCKS); index++)) {
    locks[index].ceiling_row = SYSTEM_NO_TASK;
    BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
      const struct system_task *task = &system_tasks[row];
      if (task->level == system_locks[index].ceiling && task->partition == system_locks[index].partition) {
        locks[index].ceiling_row = (uint8_t)row;
      }
    }
  }
}

static struct urgency ceiling_of(const struct lock *lock, uint8_t number) {
  const struct system_task *user = &system_tasks[lock->ceiling_row];
  return user->policy == POLICY_EDF ? urgency_by_deadline(clock_now() + user->deadline, number)
                                    : urgency_by_priority(user->policy, user->priority, number);
}

/* Answers the row. */
static struct lock *give(struct process *process, uint8_t index) {
  struct lock *lock = &locks[index];
  uint8_t number = process_number(process);
  lock_holders[index] = number;
  lock->older = process->newest_lock;
  lock->held = process->newest_lock == NO_LOCK ? 1 : locks[process->newest_lock].held + 1;
  lock->urgency = scheduler_urgency(number);
  process->newest_lock = index;
  process->wait = WAIT_NOTHING;
  return lock;
}

void lock_take(struct process *process, uint8_t index) {
  const struct lock *lock = give(process, index);
  if (system_locks[index].protocol == LOCK_CEILING && lock->ceiling_row != SYSTEM_NO_TASK) {
    struct urgency ceiling = ceiling_of(lock, process_number(process));
    if (is_more_urgent(ceiling, lock->urgency)) {
      scheduler_add(process_number(process), ceiling);
    }
  }
}

void lock_take_at_last(struct process *process) {
  give(process, process->waits_for);
}

bool lock_is_one_too_many(const struct process *process) {
  return process->newest_lock != NO_LOCK && locks[process->newest_lock].held == LOCKS_HELD_MAX;
}

void lock_release_newest(struct process *process) {
  struct lock *lock = &locks[process->newest_lock];
  lock_holders[process->newest_lock] = NOBODY;
  process->newest_lock = lock->older;
  scheduler_add(process_number(process), lock->urgency);
  dispatch_wanted = true;
}

/* It leaves the ready set in any case: its urgency does not matter. */
void locks_release_all(struct process *process) {
  BOUNDED_LOOP(LOCKS_HELD_MAX, while (process->newest_lock != NO_LOCK)) {
    uint8_t index = process->newest_lock;
    lock_holders[index] = NOBODY;
    process->newest_lock = locks[index].older;
  }
}
