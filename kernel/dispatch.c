#include "dispatch.h"

#include "alarms.h"
#include "clock.h"
#include "deferred.h"
#include "flow_facts.h"
#include "hardware_jobs.h"
#include "hardware_task.h"
#include "jobs.h"
#include "locks.h"
#include "rendezvous.h"
#include "ready_set.h"
#include "system_calls.h"
#include "task_state.h"
#include "windows.h"

struct process *running;
struct process *paying;
uint8_t dispatch_wanted;

/*
 * Up to when cycles have been charged, by a clock that stands still while hardware jobs run. What one takes that comes between
 * the two readings that make up the time is charged with the next one.
 */
static uint32_t charged_until;

/*
 * An interrupt's handling is nobody's fault: its cycles are the idle process's. What the kernel does for the running process
 * is paid for by whoever pays for that.
 */
static bool is_interrupted;

/* The timer is set for the end of what the payer has left, unless hardware jobs run meanwhile. */
static bool timer_ends_budget;
static uint32_t cycles_of_others_before;

/* From an interrupt's arrival to the reading of the clock, and from there to a process's next instruction. */
enum { CYCLES_IN_BY_INTERRUPT = 100, CYCLES_OUT_BY_INTERRUPT = 140, CYCLES_OUT_BY_CALL = 90 };

void dispatch_set_up(void) {
  running = &processes[PROCESS_IDLE];
  paying = running;
  task_state_enter(running);
}

/* Cycles since the last time. Never back: what was counted already as the way out of the kernel stays so. */
static uint32_t used_until(uint32_t time) {
  int32_t used = (int32_t)(time - charged_until);
  if (used <= 0) {
    return 0;
  }
  charged_until = time;
  return (uint32_t)used;
}

static void charge_until(uint32_t time, struct process *runner, struct process *payer) {
  uint32_t used = used_until(time);
  runner->cycles_used += used;
  payer->cycles_left -= (int32_t)used;
}

static uint32_t time_of_charges(void) {
  return (uint32_t)clock_now() - hardware_task_cycles_of_others();
}

void dispatch_charge(void) {
  charge_until(time_of_charges(), running, paying);
}

void dispatch_interrupted(void) {
  charge_until(time_of_charges() - CYCLES_IN_BY_INTERRUPT, running, paying);
  is_interrupted = true;
}

static struct process *whom_it_waits_for(const struct process *process) {
  return &processes[process->wait == WAIT_LOCK ? lock_holder(process->waits_for) : process->waits_for];
}

int32_t dispatch_may_wait_for(const struct process *process, uint8_t number) {
  const struct process *at = &processes[number];
  BOUNDED_LOOP(WAIT_CHAIN_MAX, for (uint32_t links = 0; links < WAIT_CHAIN_MAX; links++)) {
    if (at == process) {
      return REFUSED_DEADLOCK;
    }
    if ((at->state != STATE_READY && at->state != STATE_SERVING) || at->wait == WAIT_NOTHING) {
      return RESULT_OK;
    }
    at = whom_it_waits_for(at);
  }
  return REFUSED_TOO_DEEP;
}

/* Its wait is over without what it waited for. */
static struct process *refuse(struct process *process, int32_t refusal) {
  rendezvous_leave_server(process);
  process->wait = WAIT_NOTHING;
  process->frame.eax = (uint32_t)refusal;
  return process;
}

/* Who waits for a process that is neither ready nor serving hands over a request, or waits in vain. */
static struct process *meet(struct process *client, struct process *server) {
  if (rendezvous_is_open(server)) {
    rendezvous_take(client, server);
    return server;
  }
  return refuse(client, server->state == STATE_WAITING ? REFUSED_UNREACHABLE : REFUSED_GONE);
}

/*
 * Who holds a lock has its own time to spend on it: only the urgency is another's. If it serves somebody and has none, who
 * waits pays.
 */
static struct process *payer_behind(const struct process *waiting, struct process *holder, struct process *payer) {
  return waiting->wait == WAIT_LOCK && holder->state == STATE_READY ? holder : payer;
}

/* From the most urgent process to the one that runs; finds out who pays. */
static struct process *last_of_chain(struct process *from) {
  struct process *at = from;
  paying = from;
  BOUNDED_LOOP(WAIT_CHAIN_MAX, for (uint32_t links = 0; links < WAIT_CHAIN_MAX; links++)) {
    if (at->wait == WAIT_NOTHING) {
      return at;
    }
    struct process *next = whom_it_waits_for(at);
    if (next == &processes[NOBODY]) {
      lock_take_at_last(at);
      return at;
    }
    if (next->state < STATE_SERVING) {
      return meet(at, next);
    }
    paying = payer_behind(at, next, paying);
    at = next;
  }
  if (at->wait == WAIT_NOTHING) {
    return at;
  }
  paying = from;
  return refuse(from, REFUSED_TOO_DEEP);
}

static uint64_t earlier(uint64_t a, uint64_t b) {
  return b < a ? b : a;
}

/* At least one cycle ahead: what is due already happens as soon as interrupts are on. `out`: cycles on the way there. */
static void set_timer(uint64_t now, uint32_t out, uint32_t cycles_of_others) {
  uint64_t next = earlier(earlier(alarm_first().time, paying->deadline), window_end());
  uint64_t ahead = next - now;
  int32_t left = paying->cycles_left;
  uint32_t cycles = left > 0 ? (uint32_t)left + out : 1;
  timer_ends_budget = false;
  cycles_of_others_before = cycles_of_others;
  if (next <= now || deferred_is_due() || hardware_jobs_have_one_stopped()) {
    cycles = 1;
  } else if (ahead < cycles) {
    cycles = (uint32_t)ahead;
  } else {
    timer_ends_budget = true;
  }
  clock_interrupt_after(cycles);
}

/* What the hardware must know it by. */
static inline uint32_t enter(struct process *next) {
  running = next;
  next->dispatches++;
  task_state_enter(next);
  return hardware_task_of(next);
}

uint32_t dispatch_hand_over(struct process *next) {
  charge_until(time_of_charges() + CYCLES_OUT_BY_CALL, running, paying);
  return enter(next);
}

uint32_t dispatch(void) {
  uint32_t number = HARDWARE_TASK_STAYS;
  struct process *before = running;
  struct process *payer = paying;
  dispatch_wanted = 0;
  struct process *next = last_of_chain(&processes[scheduler_best()]);
  if (next != before) {
    number = enter(next);
  }
  uint64_t now = clock_now();
  uint32_t cycles_of_others = hardware_task_cycles_of_others();
  uint32_t out = next->left_by_call != 0 ? CYCLES_OUT_BY_CALL : CYCLES_OUT_BY_INTERRUPT;
  if (is_interrupted) {
    is_interrupted = false;
    processes[PROCESS_IDLE].cycles_used += used_until((uint32_t)now - cycles_of_others + out);
  } else {
    charge_until((uint32_t)now - cycles_of_others + out, before, payer);
  }
  set_timer(now, out, cycles_of_others);
  return number;
}

/* By the timer, whatever the way in and out took: the charge may be less by a few cycles, for ever if nothing was charged. */
static bool is_used_up(void) {
  return paying->cycles_left <= 0 || (timer_ends_budget && clock_is_over() &&
                                      hardware_task_cycles_of_others() == cycles_of_others_before);
}

void dispatch_timer(void) {
  if (hardware_jobs_have_one_stopped()) {
    hardware_jobs_stop_one();
    return;
  }
  if (deferred_is_due()) {
    deferred_do_one();
    return;
  }
  if (is_used_up()) {
    job_used_up(paying);
    return;
  }
  uint64_t now = clock_now();
  struct alarm alarm = alarm_first();
  if (alarm.time <= now) {
    job_alarm(&processes[alarm.number]);
  } else if (paying->deadline <= now) {
    job_missed(paying);
  } else if (window_end() <= now) {
    window_next();
  }
}
