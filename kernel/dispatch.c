#include "dispatch.h"

#include "panic.h"
#include "task.h"

static struct task_id running;

/* How many reports hold the processor: one may come inside another. */
static uint32_t holds;

/* When the running task's cycles were last charged. */
static struct cycle_count charged_until;

void dispatch_set_up(void) {
  running = (struct task_id){TASK_IDLE};
  charged_until = clock_now();
}

struct task_id running_task(void) {
  return running;
}

void dispatch_charge(void) {
  struct cycle_count now = clock_now();
  uint64_t used = now.cycles - charged_until.cycles;
  task_at(running)->cycles_used.cycles += used;
  task_at(running)->turn_cycles_left -= (int32_t)used;
  charged_until = now;
}

/*
 * A turn ends at the tick or switch nearest to its last cycle; what it was too long or too short is taken from the next
 * one. What a report took, which is many turns, is forgiven.
 */
static void end_turn_if_used(void) {
  struct task *task = task_at(running);
  if (task->turn_cycles_left > TICK_CYCLES / 2) {
    return;
  }
  scheduler_end_turn(running, programs[running.index].priority);
  task->turn_cycles_left += TICK_CYCLES;
  if (task->turn_cycles_left < 0) {
    task->turn_cycles_left = 0;
  }
}

static void switch_from(struct context **left) {
  struct task_id next = scheduler_best();
  running = next;
  task_at(next)->dispatches++;
  switch_context(left, task_at(next)->context);
}

void dispatch(void) {
  if (holds == 0 && !task_is(scheduler_best(), running)) {
    dispatch_charge();
    end_turn_if_used();
    switch_from(&task_at(running)->context);
  }
}

void dispatch_tick(void) {
  if (holds != 0) {
    return;
  }
  dispatch_charge();
  end_turn_if_used();
  if (!task_is(scheduler_best(), running)) {
    switch_from(&task_at(running)->context);
  }
}

void dispatch_hold(void) {
  holds++;
}

void dispatch_release(void) {
  CLAIM(holds != 0);
  holds--;
}

void dispatch_wait(void) {
  task_make_waiting(running);
  dispatch();
}

void dispatch_fault(void) {
  const struct program *program = &programs[running.index];
  CLAIM(running.index != TASK_IDLE);
  dispatch_charge();
  task_at(running)->faults++;
  if (program->on_fault == ON_FAULT_RESTART) {
    task_restart(running);
  } else {
    task_stop(running);
  }
  struct context *discarded;
  switch_from(&discarded);
  panic("a discarded context came back");
}
