#include "calls.h"

#include "dispatch.h"
#include "flow_facts.h"
#include "panic.h"
#include "processor.h"
#include "uart.h"

/* Kernel code runs with interrupts off, a task with interrupts on: this tells them apart, in an exception too. */
static void enter_kernel(void) {
  interrupts_off();
}

static void leave_kernel(void) {
  interrupts_on();
}

OPERATION(call_read_byte);
OPERATION(call_lost_bytes);
OPERATION(call_ticks);
OPERATION(call_inspect_task);

uint8_t call_read_byte(void) {
  enter_kernel();
  struct uart_input input = uart_take();
  if (!input.present) {
    dispatch_wait();
    input = uart_take();
    CLAIM(input.present);
  }
  leave_kernel();
  return input.byte;
}

uint32_t call_lost_bytes(void) {
  enter_kernel();
  uint32_t lost = uart_take_lost();
  leave_kernel();
  return lost;
}

struct tick_count call_ticks(void) {
  enter_kernel();
  struct tick_count ticks = clock_ticks();
  leave_kernel();
  return ticks;
}

static const char *state_name(struct task_id id) {
  if (task_is(id, running_task())) {
    return "running";
  }
  switch (task_at(id)->state) {
    case TASK_READY:
      return "ready";
    case TASK_WAITING:
      return "waiting";
    case TASK_STOPPED:
      return "stopped";
  }
  panic("a task is in no state");
}

void call_inspect_task(struct task_id id, struct task_report *report) {
  enter_kernel();
  dispatch_charge();
  const struct task *task = task_at(id);
  const struct program *program = &programs[id.index];
  *report = (struct task_report){
      .name = program->name,
      .state = state_name(id),
      .priority_level = program->priority.level,
      .dispatches = task->dispatches,
      .faults = task->faults,
      .progress = program->progress == 0 ? 0 : *program->progress,
      .cycles_used = task->cycles_used,
  };
  leave_kernel();
}
