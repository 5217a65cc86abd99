#include "task.h"

#include "flow_facts.h"
#include "frame.h"
#include "panic.h"

static struct task tasks[TASK_COUNT];
static uint8_t stacks[TASK_COUNT][TASK_STACK_BYTES] __attribute__((aligned(16)));

_Static_assert((uint32_t)TASK_COUNT <= SCHEDULER_TASKS_MAX, "more tasks than the scheduler has room for");

/* A task restarts while its fault is being handled on its own stack: the frame there covers the first context. */
_Static_assert(sizeof(struct first_context) <= sizeof(struct frame), "a restart would overwrite the handler's stack");

struct task *task_at(struct task_id id) {
  CLAIM(id.index < TASK_COUNT);
  return &tasks[id.index];
}

static void place_first_context(struct task_id id) {
  struct first_context *first = (struct first_context *)(void *)&stacks[id.index][TASK_STACK_BYTES] - 1;
  *first = (struct first_context){
      .context = {.resume = begin_task},
      .entry = programs[id.index].entry,
  };
  task_at(id)->context = &first->context;
}

void tasks_set_up(void) {
  BOUNDED_LOOP(TASK_COUNT, for (uint8_t index = 0; index < TASK_COUNT; index++)) {
    struct task_id id = {index};
    if (index != TASK_IDLE) {
      place_first_context(id);
    }
    tasks[index].turn_cycles_left = TICK_CYCLES;
    task_make_ready(id);
  }
}

void task_make_ready(struct task_id id) {
  task_at(id)->state = TASK_READY;
  scheduler_add(id, programs[id.index].priority);
}

void task_make_waiting(struct task_id id) {
  task_at(id)->state = TASK_WAITING;
  scheduler_remove(id, programs[id.index].priority);
}

void task_stop(struct task_id id) {
  task_at(id)->state = TASK_STOPPED;
  scheduler_remove(id, programs[id.index].priority);
}

void task_restart(struct task_id id) {
  place_first_context(id);
  task_make_ready(id);
}
