#include "dispatch.h"

#include "alarms.h"
#include "clock.h"
#include "deferred.h"
#include "flow_facts.h"
#include "jobs.h"
#include "locks.h"
#include "protection.h"
#include "rendezvous.h"
#include "scheduler.h"
#include "system_calls.h"
#include "task_state.h"
#include "windows.h"

struct process *running;
struct process *paying;
uint8_t dispatch_wanted;

/* Up to when cycles have been charged. */
static uint64_t charged_until;

void dispatch_set_up(void) {
  running = &processes[PROCESS_IDLE];
  paying = running;
  task_state_enter(running);
}

static void charge_until(uint64_t now) {
  uint32_t used = (uint32_t)(now - charged_until);
  charged_until = now;
  running->cycles_used += used;
  paying->cycles_left -= (int32_t)used;
}

void dispatch_charge(void) {
  charge_until(clock_now());
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

/* A lock that has become free is taken, a request that can be handed over is. */
static struct process *last_of_chain(struct process *from) {
  struct process *at = from;
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
    at = next;
  }
  return at->wait == WAIT_NOTHING ? at : refuse(from, REFUSED_TOO_DEEP);
}

static uint64_t earlier(uint64_t a, uint64_t b) {
  return b < a ? b : a;
}

/* At least one cycle ahead: what is due already happens as soon as interrupts are on. */
static void set_timer(uint64_t now) {
  uint64_t next = earlier(earlier(alarm_first().time, paying->deadline), window_end());
  uint64_t ahead = next - now;
  int32_t left = paying->cycles_left;
  uint32_t cycles = left > 0 ? (uint32_t)left : 1;
  if (next <= now || deferred_is_due()) {
    cycles = 1;
  } else if (ahead < cycles) {
    cycles = (uint32_t)ahead;
  }
  clock_interrupt_after(cycles);
}

void dispatch(void) {
  uint64_t now = clock_now();
  dispatch_wanted = 0;
  charge_until(now);
  paying = &processes[scheduler_best()];
  struct process *next = last_of_chain(paying);
  if (next != running) {
    running = next;
    next->dispatches++;
    task_state_enter(next);
    protection_enter(next);
  }
  set_timer(now);
}

void dispatch_timer(void) {
  uint64_t now = clock_now();
  charge_until(now);
  if (deferred_is_due()) {
    deferred_do_one();
    return;
  }
  if (paying->cycles_left <= 0) {
    job_used_up(paying);
    return;
  }
  struct alarm alarm = alarm_first();
  if (alarm.time <= now) {
    job_alarm(&processes[alarm.number]);
  } else if (paying->deadline <= now) {
    job_missed(paying);
  } else if (window_end() <= now) {
    window_next();
  }
}
