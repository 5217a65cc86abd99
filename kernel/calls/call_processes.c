/* create, start, stop, restart, inspect, handle_faults */
#include "admissions.h"
#include "call.h"
#include "direct_channels.h"
#include "faults.h"
#include "hardware_jobs.h"
#include "jobs.h"
#include "regions.h"
#include "waits.h"

static bool is_at_rest(const struct process *process) {
  return process->state == STATE_STOPPED || process->state == STATE_HELD;
}

static void begin(struct process *process) {
  process_prepare(process);
  job_first(process);
}

uint32_t call_create(void) {
  struct process *caller = running;
  struct process_found found = process_find(caller, call_slot(caller), RIGHT_CREATE);
  struct process *process = found.process;
  int32_t result = found.refusal;
  if (process != 0) {
    uint32_t image = caller->frame.WORD_0;
    if (!is_at_rest(process) || !regions_are_as_described(process)) {
      result = REFUSED_BUSY;
    } else if (image >= process->task->images) {
      result = REFUSED_BAD_ARGUMENT;
    } else {
      process->image = (uint16_t)(process->task->images_first + image);
      process->state = STATE_STOPPED;
      regions_take_back(process);
      capabilities_give(process_capabilities(process), process->task);
      direct_channels_give(process);
    }
  }
  return call_answer(caller, result);
}

uint32_t call_start(void) {
  struct process *caller = running;
  struct process_found found = process_find(caller, call_slot(caller), RIGHT_START);
  int32_t result = found.refusal;
  if (found.process != 0 && !is_at_rest(found.process)) {
    result = REFUSED_BUSY;
  } else if (found.process != 0 && !admission_holds(found.process)) {
    result = REFUSED_REFUSED;
  } else if (found.process != 0) {
    begin(found.process);
  }
  return call_answer_and_dispatch(caller, result);
}

uint32_t call_stop(void) {
  struct process *caller = running;
  struct process_found found = process_find(caller, call_slot(caller), RIGHT_STOP);
  call_answer(caller, found.refusal);
  if (found.process != 0) {
    process_take_out(found.process);
    found.process->state = STATE_STOPPED;
    admission_give_back(found.process);
  }
  return dispatch_wanted;
}

uint32_t call_restart(void) {
  struct process *caller = running;
  struct process_found found = process_find(caller, call_slot(caller), RIGHT_RESTART);
  int32_t result = found.refusal;
  if (found.process != 0 && !admission_holds(found.process)) {
    result = REFUSED_REFUSED;
  } else if (found.process != 0) {
    process_restart(found.process);
  }
  call_answer(caller, result);
  return CALL_NEEDS_DISPATCH;
}

static uint64_t cycles_of(const struct process *process) {
  return is_hardware_job(process) ? hardware_job_cycles(process) : process->cycles_used;
}

static int32_t inspect(struct frame *answer, const struct process *process, uint32_t page) {
  const struct frame *frame = &process->frame;
  uint64_t cycles;
  switch (page) {
    case PAGE_STATE:
      answer->WORD_0 = process->state | process->wait << 8 | process->task->priority << 16 |
                       (uint32_t)process->task->policy << 24;
      answer->WORD_1 = process->dispatches;
      answer->WORD_2 = process->faults | (uint32_t)process->fault_kind << 16;
      answer->WORD_3 = process->overruns | (uint32_t)process->misses << 16;
      return RESULT_OK;
    case PAGE_CYCLES:
      cycles = cycles_of(process);
      answer->WORD_0 = (uint32_t)cycles;
      answer->WORD_1 = (uint32_t)(cycles >> 32);
      answer->WORD_2 = (uint32_t)process->cycles_left;
      answer->WORD_3 = process->notifications;
      return RESULT_OK;
    default:
      break;
  }
  /* Registers are nobody's business while the process goes on. */
  if (process->state != STATE_HELD) {
    return REFUSED_BUSY;
  }
  switch (page) {
    case PAGE_GENERAL:
      answer->WORD_0 = frame->eax;
      answer->WORD_1 = frame->ebx;
      answer->WORD_2 = frame->ecx;
      answer->WORD_3 = frame->edx;
      return RESULT_OK;
    case PAGE_INDEX:
      answer->WORD_0 = frame->esi;
      answer->WORD_1 = frame->edi;
      answer->WORD_2 = frame->ebp;
      answer->WORD_3 = frame->esp;
      return RESULT_OK;
    case PAGE_PLACE:
      answer->WORD_0 = frame->eip;
      answer->WORD_1 = frame->cs;
      answer->WORD_2 = frame->eflags;
      answer->WORD_3 = frame->address;
      return RESULT_OK;
    case PAGE_CAUSE:
      answer->WORD_0 = frame->vector;
      answer->WORD_1 = frame->error;
      answer->WORD_2 = 0;
      answer->WORD_3 = 0;
      return RESULT_OK;
    default:
      return REFUSED_BAD_ARGUMENT;
  }
}

uint32_t call_inspect(void) {
  struct process *caller = running;
  struct process_found found = process_find(caller, call_slot(caller), RIGHT_INSPECT);
  int32_t result = found.refusal;
  if (found.process != 0) {
    dispatch_charge();
    result = inspect(&caller->frame, found.process, caller->frame.WORD_0);
  }
  return call_answer(caller, result);
}

uint32_t call_handle_faults(void) {
  struct process *caller = running;
  struct process_found found = process_find(caller, call_slot(caller), RIGHT_HANDLE_FAULTS);
  int32_t result = found.refusal;
  if (found.process != 0) {
    result = capability_check(process_capabilities(caller), caller->frame.WORD_0, OBJECT_CHANNEL, RIGHT_RECEIVE);
  }
  if (result >= 0) {
    fault_handled_in(found.process, (uint8_t)result);
    result = RESULT_OK;
  }
  return call_answer(caller, result);
}
