#include "scheduler.h"

#include "panic.h"

/* Bit n: task n is ready with this priority. */
static uint32_t ready[SCHEDULER_PRIORITIES];

/* Bit n: `ready[n]` is not empty. */
static uint32_t priorities_ready;

/* The task that is asked first among those of the priority. */
static uint8_t turn[SCHEDULER_PRIORITIES];

static uint32_t lowest_bit(uint32_t set) {
  uint32_t index;
  __asm__("bsfl %1, %0" : "=r"(index) : "rm"(set) : "cc");
  return index;
}

static uint32_t bit(uint8_t index) {
  return (uint32_t)1 << index;
}

void scheduler_add(struct task_id task, struct priority priority) {
  CLAIM(task.index < SCHEDULER_TASKS_MAX && priority.level < SCHEDULER_PRIORITIES);
  ready[priority.level] |= bit(task.index);
  priorities_ready |= bit(priority.level);
}

void scheduler_remove(struct task_id task, struct priority priority) {
  CLAIM(task.index < SCHEDULER_TASKS_MAX && priority.level < SCHEDULER_PRIORITIES);
  ready[priority.level] &= ~bit(task.index);
  if (ready[priority.level] == 0) {
    priorities_ready &= ~bit(priority.level);
  }
}

void scheduler_end_turn(struct task_id task, struct priority priority) {
  CLAIM(task.index < SCHEDULER_TASKS_MAX && priority.level < SCHEDULER_PRIORITIES);
  turn[priority.level] = (task.index + 1) % SCHEDULER_TASKS_MAX;
}

struct task_id scheduler_best(void) {
  CLAIM(priorities_ready != 0);
  uint32_t level = lowest_bit(priorities_ready);
  uint32_t from_turn_on = ready[level] & ~(bit(turn[level]) - 1);
  return (struct task_id){(uint8_t)lowest_bit(from_turn_on != 0 ? from_turn_on : ready[level])};
}
