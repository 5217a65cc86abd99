#include "dispatch.h"

#include "panic.h"
#include "print.h"
#include "task.h"

static struct task_id running;

static bool held;

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
  task_at(running)->cycles_used.cycles += now.cycles - charged_until.cycles;
  charged_until = now;
}

static void switch_from(struct context **left) {
  struct task_id next = scheduler_best();
  dispatch_charge();
  running = next;
  task_at(next)->dispatches++;
  switch_context(left, task_at(next)->context);
}

void dispatch(void) {
  if (!held && !task_is(scheduler_best(), running)) {
    switch_from(&task_at(running)->context);
  }
}

void dispatch_hold(void) {
  CLAIM(!held);
  held = true;
}

void dispatch_release(void) {
  CLAIM(held);
  held = false;
}

void dispatch_wait(void) {
  task_make_waiting(running);
  dispatch();
}

void dispatch_tick(void) {
  scheduler_end_turn(running, programs[running.index].priority);
}

void dispatch_fault(void) {
  const struct program *program = &programs[running.index];
  CLAIM(running.index != TASK_IDLE);
  task_at(running)->faults++;
  print_text("*** Task ");
  print_text(program->name);
  if (program->on_fault == ON_FAULT_RESTART) {
    task_restart(running);
    print_text(" is restarted.\n");
  } else {
    task_stop(running);
    print_text(" is stopped.\n");
  }
  struct context *discarded;
  switch_from(&discarded);
  panic("a discarded context came back");
}
