#include "faults.h"

#include "at_boot.h"
#include "channels.h"
#include "deferred.h"
#include "flow_facts.h"
#include "log.h"
#include "processor.h"
#include "system_calls.h"
#include "vectors.h"
#include "waits.h"

/* By process number. */
static uint8_t handler_channel[PROCESS_COUNT];

AT_BOOT void faults_set_up(void) {
  BOUNDED_LOOP(PROCESS_COUNT, for (uint32_t number = 0; number < PROCESS_COUNT; number++)) {
    handler_channel[number] = NO_HANDLER;
  }
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    const struct system_task *task = &system_tasks[row];
    handler_channel[task->number] = task->handler == NOBODY ? NO_HANDLER : task->handler_channel;
  }
}

void fault_handled_in(const struct process *process, uint8_t channel) {
  handler_channel[process_number(process)] = channel;
}

static struct message message_of(const struct process *process, enum fault_kind kind) {
  const struct frame *frame = &process->frame;
  const uint32_t vector = kind == FAULT_EXCEPTION ? frame->vector : 0;
  return (struct message){
      {process_number(process) | vector << 8 | (uint32_t)kind << 16, frame->eip, frame->error, frame->address}};
}

void fault_log(const struct process *process, enum fault_kind kind) {
  const struct message message = message_of(process, kind);
  log_write(process_number(process), &message);
}

void fault_note(struct process *process, enum fault_kind kind) {
  process->fault_kind = (uint8_t)kind;
  deferred_add(process, kind == FAULT_EXCEPTION ? DEFERRED_LOG | DEFERRED_REPORT | DEFERRED_FATE
                                                : DEFERRED_LOG | DEFERRED_REPORT);
}

void fault_report(struct process *process) {
  uint8_t number = process_number(process);
  uint8_t channel = handler_channel[number];
  if (channel != NO_HANDLER) {
    const struct message message = message_of(process, process->fault_kind);
    if (channel_send(channel, NO_CREDIT_NEEDED, number, &message) == RESULT_OK) {
      deferred_cancel_fate(process);
    }
  }
}

void fault_fate(struct process *process) {
  if (process->task->on_fault == ACTION_RESTART) {
    process_begin_anew(process);
  } else {
    process->state = STATE_STOPPED;
  }
}

void fault(void) {
  running->frame.address = read_cr2();
  fault_of(running);
}

void fault_of(struct process *process) {
  process->faults++;
  if (process->frame.vector != VECTOR_PAGE_FAULT) {
    process->frame.address = 0;
  }
  process_take_out(process);
  fault_note(process, FAULT_EXCEPTION);
}
