#include "jobs.h"

#include "alarms.h"
#include "clock.h"
#include "deferred.h"
#include "dispatch.h"
#include "faults.h"
#include "hardware_jobs.h"
#include "ready_set.h"
#include "system_calls.h"
#include "waits.h"

enum { RELEASES_WAITING_MAX = 7 };

static bool has_budget(const struct process *process) {
  return process->task->budget != SYSTEM_BUDGET_UNLIMITED;
}

static void refill(struct process *process) {
  process->cycles_left = has_budget(process) ? (int32_t)process->task->budget : TURN_CYCLES;
}

static void set_deadline(struct process *process, uint64_t release) {
  process->deadline = process->task->deadline == 0 ? ALARM_NEVER : release + process->task->deadline;
}

static void make_ready(struct process *process) {
  const struct system_task *task = process->task;
  uint8_t number = process_number(process);
  process->state = STATE_READY;
  process->wait = WAIT_NOTHING;
  process->alarm_is_due = false;
  scheduler_add(number, task->policy == POLICY_EDF ? urgency_by_deadline(process->deadline, number)
                                                   : urgency_by_priority(task->policy, task->priority, number));
  dispatch_wanted = true;
}

void job_begin(struct process *process, uint64_t release) {
  set_deadline(process, release);
  process->next_release = release + process->task->period;
  refill(process);
  make_ready(process);
}

void job_goes_on(struct process *process) {
  if (process->task->period == 0) {
    set_deadline(process, clock_now());
    refill(process);
  }
  make_ready(process);
}

static void wait_for_release(struct process *process) {
  process->state = STATE_WAITING;
  process->wait = WAIT_RELEASE;
  dispatch_wanted = true;
}

void job_first(struct process *process) {
  uint64_t release = clock_now() + process->task->offset;
  process->releases_waiting = 0;
  if (is_hardware_job(process)) {
    hardware_job_start(process, release);
    return;
  }
  if (process->task->offset == 0) {
    job_begin(process, release);
    return;
  }
  process->next_release = release;
  wait_for_release(process);
  alarm_set(process, release);
}

static bool is_sporadic(const struct process *process) {
  return (process->task->flags & TASK_SPORADIC) != 0;
}

/* The release of the job that follows, if it is known. */
static bool is_requested(struct process *process) {
  if (!is_sporadic(process)) {
    return true;
  }
  if (process->releases_waiting == 0) {
    return false;
  }
  process->releases_waiting--;
  return true;
}

/* Whether another job begins at once; else the process waits for it. */
static bool goes_on_with_next(struct process *process, bool requested) {
  uint64_t now = clock_now();
  if (requested && process->next_release <= now) {
    job_begin(process, is_sporadic(process) ? now : process->next_release);
    return true;
  }
  wait_for_release(process);
  return false;
}

void job_end(struct process *process) {
  if (process->task->period == 0 && !is_sporadic(process)) {
    process_take_out(process);
    process->state = STATE_STOPPED;
    return;
  }
  bool requested = is_requested(process);
  if (!goes_on_with_next(process, requested)) {
    scheduler_remove(process_number(process));
    if (requested) {
      alarm_set(process, process->next_release);
    }
  }
}

void job_next(struct process *process) {
  process_prepare(process);
  if (is_hardware_job(process)) {
    hardware_job_next(process);
    return;
  }
  bool requested = is_requested(process);
  if (!goes_on_with_next(process, requested) && requested) {
    alarm_set(process, process->next_release);
  }
}

void job_request(struct process *process) {
  if (process->state == STATE_WAITING && process->wait == WAIT_RELEASE) {
    uint64_t now = clock_now();
    if (process->next_release <= now) {
      job_begin(process, now);
    } else {
      alarm_set(process, process->next_release);
    }
  } else if ((process->task->flags & TASK_COLLECTS) != 0) {
    process->releases_waiting = 1;
  } else if (process->releases_waiting < RELEASES_WAITING_MAX) {
    process->releases_waiting++;
  } else {
    fault_log(process, FAULT_DROPPED_RELEASE);
  }
}

void job_alarm(struct process *process) {
  alarm_clear(process_number(process));
  if (!process->alarm_is_due) {
    return;
  }
  if (process->wait != WAIT_RELEASE) {
    wait_end(process, REFUSED_TIMED_OUT);
    return;
  }
  job_begin(process, is_sporadic(process) ? clock_now() : process->next_release);
}

/* The next turn is longer by what this one was cut short, and shorter by what it was too long. */
static void end_turn(struct process *process) {
  const struct system_task *task = process->task;
  process->cycles_left += TURN_CYCLES;
  if (process->cycles_left <= 0) {
    process->cycles_left = TURN_CYCLES;
  }
  /* The idle process has its own place, behind all. */
  if (process == &processes[PROCESS_IDLE]) {
    return;
  }
  if (task->policy != POLICY_EDF && process->newest_lock == NO_LOCK && process->state == STATE_READY) {
    uint8_t number = process_number(process);
    scheduler_add(number, urgency_by_priority(task->policy, task->priority, number));
  }
}

/* The job ends where it is; the next one begins at the entry. */
static void abandon(struct process *process) {
  process_take_out(process);
  deferred_add(process, DEFERRED_NEXT_JOB);
}

static void act(struct process *process, uint8_t action) {
  switch (action) {
    case ACTION_REPORT:
      refill(process);
      break;
    case ACTION_STOP_TASK:
      process_take_out(process);
      process->state = STATE_STOPPED;
      break;
    default:
      abandon(process);
      break;
  }
}

void job_used_up(struct process *process) {
  if (!has_budget(process)) {
    end_turn(process);
    return;
  }
  process->overruns++;
  fault_note(process, FAULT_OVERRUN);
  act(process, process->task->on_overrun);
}

void job_missed(struct process *process) {
  process->misses++;
  process->deadline = ALARM_NEVER;
  fault_note(process, FAULT_MISS);
  if (process->task->on_miss != ACTION_REPORT) {
    act(process, process->task->on_miss);
  }
}
