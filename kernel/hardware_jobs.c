#include "hardware_jobs.h"

#include "at_boot.h"
#include "bits.h"
#include "contexts.h"
#include "deferred.h"
#include "faults.h"
#include "flow_facts.h"
#include "hardware_task.h"
#include "memory_map.h"
#include "print.h"
#include "scheduler.h"
#include "segments.h"
#include "task_state.h"
#include "vectors.h"
#include "waits.h"

enum { WORD_BITS = 32, FIRST_TASK_COUNTER = 0x100 };

static bool has_scheduler;

static volatile uint32_t *at(uint32_t offset) {
  return (volatile uint32_t *)(SCHEDULER_BASE + offset);
}

static void command(const struct process *process, uint32_t operation) {
  *at(SCHEDULER_TASK) = process_number(process);
  *at(SCHEDULER_COMMAND) = operation;
}

/* Whatever is not the end of the task ends the job: one that went on would have the processor for as long as it likes. */
static uint32_t traits_of(const struct system_task *task) {
  const uint32_t policy = task->policy == POLICY_EDF ? SCHEDULER_TRAITS_POLICY_EDF : SCHEDULER_TRAITS_POLICY_FIXED;
  const uint32_t overrun = task->on_overrun == ACTION_STOP_TASK ? SCHEDULER_TRAITS_ON_OVERRUN_STOP_TASK
                                                                : SCHEDULER_TRAITS_ON_OVERRUN_STOP_JOB;
  const uint32_t miss = task->on_miss == ACTION_REPORT      ? SCHEDULER_TRAITS_ON_MISS_REPORT
                        : task->on_miss == ACTION_STOP_TASK ? SCHEDULER_TRAITS_ON_MISS_STOP_TASK
                                                            : SCHEDULER_TRAITS_ON_MISS_STOP_JOB;
  return policy | overrun | miss | (uint32_t)task->priority << SCHEDULER_TRAITS_PRIORITY_SHIFT |
         (uint32_t)task->level << SCHEDULER_TRAITS_LEVEL_SHIFT;
}

AT_BOOT static void set_wide(uint32_t low, uint64_t value) {
  *at(low) = (uint32_t)value;
  *at(low + 4) = (uint32_t)(value >> 32);
}

AT_BOOT static void set_up(struct process *process) {
  const struct system_task *task = process->task;
  hardware_task_enter_by(process, task_state_own(process));
  *at(SCHEDULER_TRAITS) = traits_of(task);
  set_wide(SCHEDULER_PERIOD_LOW, task->period);
  set_wide(SCHEDULER_DEADLINE_LOW, task->deadline);
  set_wide(SCHEDULER_BUDGET_LOW, task->budget);
  command(process, SCHEDULER_COMMAND_OPERATION_SETUP);
}

/* Where nothing answers, a register does not keep what it is given. */
AT_BOOT static bool is_there(void) {
  const uint32_t probe = 0xA5;
  *at(SCHEDULER_TASK) = probe;
  return hardware_tasks_present != 0 && *at(SCHEDULER_TASK) == probe;
}

AT_BOOT void hardware_jobs_set_up(void) {
  has_scheduler = HAS_HARDWARE_JOBS && is_there();
  if (!has_scheduler) {
    print_text("no scheduler in hardware: its tasks are not started\n");
    return;
  }
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    struct process *process = &processes[system_tasks[row].number];
    if (is_hardware_job(process)) {
      set_up(process);
    }
  }
  *at(SCHEDULER_INTERRUPT) = SCHEDULER_INTERRUPT_ENABLE;
}

static void hand_over(struct process *process) {
  process->state = STATE_WAITING;
  process->wait = WAIT_HARDWARE;
}

void hardware_job_start(struct process *process, uint64_t release) {
  if (!has_scheduler) {
    process->state = STATE_STOPPED;
    return;
  }
  command(process, SCHEDULER_COMMAND_OPERATION_STOP);
  hardware_task_begin(process);
  *at(SCHEDULER_TIME_LOW) = (uint32_t)release;
  *at(SCHEDULER_TIME_HIGH) = (uint32_t)(release >> 32);
  *at(SCHEDULER_COMMAND) = SCHEDULER_COMMAND_OPERATION_START;
  hand_over(process);
}

void hardware_job_stop(struct process *process) {
  command(process, SCHEDULER_COMMAND_OPERATION_STOP);
}

void hardware_job_next(struct process *process) {
  hardware_task_begin(process);
  command(process, SCHEDULER_COMMAND_OPERATION_FINISH);
  hand_over(process);
}

/* The scheduler has done it already. */
static void follow(struct process *process, uint8_t action) {
  if (action == ACTION_STOP_TASK) {
    process->state = STATE_STOPPED;
  } else if (action != ACTION_REPORT) {
    process->state = STATE_HELD;
    deferred_add(process, DEFERRED_NEXT_JOB);
  }
}

/* One that stops itself in between adds its bit in one instruction; this one takes one out in one. */
static void take_out(uint32_t number) {
  __asm__ volatile("btrl %1, %0" : "+m"(hardware_jobs_stopped) : "r"(number) : "cc");
}

void hardware_jobs_stop_one(void) {
  if (!HAS_HARDWARE_JOBS) {
    return;
  }
  hardware_job_has_stopped = 0;
  BOUNDED_LOOP(PROCESS_COUNT / WORD_BITS, for (uint32_t word = 0; word < PROCESS_COUNT / WORD_BITS; word++)) {
    const uint32_t stopped = hardware_jobs_stopped[word];
    if (stopped != 0) {
      const uint32_t number = word * WORD_BITS + lowest_bit(stopped);
      take_out(number);
      /* There may be more. */
      hardware_job_has_stopped = 1;
      fault_of(&processes[number]);
      return;
    }
  }
}

/* A job that stopped itself while the kernel was about to set the timer is late by now, and heard of first. */
void hardware_jobs_event(void) {
  if (hardware_jobs_have_one_stopped()) {
    hardware_jobs_stop_one();
    return;
  }
  const uint32_t event = *at(SCHEDULER_EVENT);
  if ((event & SCHEDULER_EVENT_VALID) == 0) {
    return;
  }
  *at(SCHEDULER_EVENT_TAKE) = 0;
  struct process *process = &processes[event & SCHEDULER_EVENT_TASK_MASK];
  if (process->state != STATE_WAITING || process->wait != WAIT_HARDWARE) {
    return;
  }
  if ((event & SCHEDULER_EVENT_KIND_MASK) == SCHEDULER_EVENT_KIND_MISS) {
    process->misses++;
    fault_note(process, FAULT_MISS);
    follow(process, process->task->on_miss);
  } else {
    process->overruns++;
    fault_note(process, FAULT_OVERRUN);
    follow(process, process->task->on_overrun == ACTION_STOP_TASK ? ACTION_STOP_TASK : ACTION_STOP_JOB);
  }
}

uint64_t hardware_job_cycles(const struct process *process) {
  uint64_t cycles;
  __asm__ volatile("rdpmc" : "=A"(cycles) : "c"(FIRST_TASK_COUNTER + process_number(process)));
  return cycles;
}
