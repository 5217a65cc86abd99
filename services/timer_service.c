#include "timer_service.h"

#include "flow_facts.h"
#include "system_call.h"

/* The longest wait that is asked of the kernel: what is later is waited for in parts. */
enum { WAIT_CYCLES_MAX = 1 << 30 };

/* By client. No notifications: nothing is set. */
static struct {
  uint64_t due;
  uint32_t notifications;
} alarms[TIMER_CLIENTS_MAX];

static uint64_t now(void) {
  uint32_t words[4] = {0, 0, 0, 0};
  system_call_words(CALL_TIME, 0, words);
  return (uint64_t)words[1] << 32 | words[0];
}

static void set(const struct timer_client clients[], uint32_t count, uint32_t number, const uint32_t request[4]) {
  BOUNDED_LOOP(TIMER_CLIENTS_MAX, for (uint32_t i = 0; i < count; i++)) {
    if (clients[i].number == number) {
      alarms[i].due = now() + request[0];
      alarms[i].notifications = request[1];
    }
  }
}

/* Notifies those whose time has come; answers how long to wait for the next one, 0: for ever. */
static uint32_t ring(const struct timer_client clients[], uint32_t count) {
  uint64_t time = now();
  uint64_t ahead = 0;
  BOUNDED_LOOP(TIMER_CLIENTS_MAX, for (uint32_t i = 0; i < count; i++)) {
    if (alarms[i].notifications == 0) {
      continue;
    }
    if (alarms[i].due <= time) {
      system_call(CALL_NOTIFY, clients[i].slot, alarms[i].notifications, 0, 0, 0);
      alarms[i].notifications = 0;
    } else if (ahead == 0 || alarms[i].due - time < ahead) {
      ahead = alarms[i].due - time;
    }
  }
  return ahead < WAIT_CYCLES_MAX ? (uint32_t)ahead : WAIT_CYCLES_MAX;
}

void timer_serve(uint32_t requests, const struct timer_client clients[], uint32_t count) {
  FOREVER {
    uint32_t words[4] = {ring(clients, count), 0, 0, 0};
    int32_t sender = system_call_words(CALL_RECEIVE, requests, words);
    if (sender >= 0) {
      set(clients, count, (uint32_t)sender, words);
    }
  }
}
