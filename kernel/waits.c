#include "waits.h"

#include "alarms.h"
#include "clock.h"
#include "deferred.h"
#include "dispatch.h"
#include "hardware_jobs.h"
#include "jobs.h"
#include "locks.h"
#include "rendezvous.h"
#include "ready_set.h"
#include "system_calls.h"

void wait_begin(struct process *process, enum process_wait wait, uint8_t object, uint32_t timeout_cycles) {
  process->state = STATE_WAITING;
  process->wait = wait;
  process->waits_for = object;
  scheduler_remove(process_number(process));
  if (timeout_cycles != WAIT_FOR_EVER) {
    alarm_set(process, clock_now() + timeout_cycles);
  }
  dispatch_wanted = true;
}

void wait_end(struct process *process, int32_t result) {
  process->frame.eax = (uint32_t)result;
  job_goes_on(process);
}

void notify(struct process *process, uint32_t notifications) {
  process->notifications |= notifications;
  uint32_t come = process->notifications & process->notifications_awaited;
  if (process->state == STATE_WAITING && process->wait == WAIT_EVENTS && come != 0) {
    process->notifications &= ~come;
    process->frame.ebx = come;
    wait_end(process, EVENT_NOTIFIED);
  }
}

bool may_wait(const struct process *process) {
  return process->newest_lock == NO_LOCK && process->serves == NOBODY;
}

/* It stays in the ready set if it is in it. */
static void cut_ties(struct process *process) {
  locks_release_all(process);
  rendezvous_drop_client(process);
  rendezvous_leave_server(process);
  deferred_forget(process);
  process->wait = WAIT_NOTHING;
  process->alarm_is_due = false;
  dispatch_wanted = true;
}

void process_take_out(struct process *process) {
  cut_ties(process);
  if (process->state >= STATE_SERVING) {
    scheduler_remove(process_number(process));
  } else if (is_hardware_job(process)) {
    hardware_job_stop(process);
  }
  process->state = STATE_HELD;
}

void process_restart(struct process *process) {
  cut_ties(process);
  process_begin_anew(process);
}

void process_begin_anew(struct process *process) {
  process_prepare(process);
  process->releases_waiting = 0;
  if (is_hardware_job(process)) {
    hardware_job_start(process, clock_now());
  } else {
    job_begin(process, clock_now());
  }
}
