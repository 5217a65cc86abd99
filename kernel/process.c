#include "process.h"

#include "alarms.h"
#include "at_boot.h"
#include "flow_facts.h"
#include "idle.h"
#include "segments.h"
#include "system_calls.h"

struct process processes[PROCESS_COUNT] __attribute__((aligned(128)));

static const struct system_task idle_task = {.policy = POLICY_BACKGROUND, .priority = 255, .budget = SYSTEM_BUDGET_UNLIMITED};

void process_prepare(struct process *process) {
  struct frame *frame = &process->frame;
  frame->eip = system_images[process->image].entry;
  frame->eflags = FRAME_EFLAGS_AFTER_CALL;
  frame->esp = process->task->stack_top;
  /* It may have been in the fast IPC layer. */
  if (SYSTEM_LAYER_CLIENTS != 0) {
    frame->cs = SELECTOR_USER_CODE;
    frame->ss = SELECTOR_USER_DATA;
  }
  process->left_by_call = 0;
  process->notifications = 0;
}

/* Nothing is pushed when it is interrupted but its place: what the processor pushes must fall into the frame as well. */
static void prepare_idle(struct process *idle) {
  idle->task = &idle_task;
  idle->state = STATE_READY;
  idle->newest_lock = NO_LOCK;
  idle->deadline = ALARM_NEVER;
  idle->frame.eip = (uint32_t)idle_loop;
  idle->frame.cs = SELECTOR_KERNEL_CODE;
  idle->frame.eflags = FRAME_EFLAGS_AFTER_CALL;
}

AT_BOOT void processes_set_up(void) {
  prepare_idle(&processes[PROCESS_IDLE]);
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    const struct system_task *task = &system_tasks[row];
    struct process *process = &processes[task->number];
    process->task = task;
    process->image = task->images_first;
    process->state = STATE_STOPPED;
    process->newest_lock = NO_LOCK;
    process->frame.cs = SELECTOR_USER_CODE;
    process->frame.ss = SELECTOR_USER_DATA;
  }
}

struct process_found process_find(const struct process *caller, uint32_t slot, uint32_t rights) {
  int32_t number = capability_check(process_capabilities(caller), slot, OBJECT_PROCESS, rights);
  if (number < 0) {
    return (struct process_found){0, number};
  }
  return (struct process_found){&processes[(uint8_t)number], 0};
}
