/*
 * Wakes others: who sends it how many cycles from now, and which notifications, gets these when the time has come. A client
 * has one time set; asking again sets another. It is a process like any other: what it needs of the kernel is a wait with a
 * timeout, and the right to notify its clients.
 */
#ifndef TIMER_SERVICE_H
#define TIMER_SERVICE_H

#include <stdint.h>

enum { TIMER_CLIENTS_MAX = 8 };

struct timer_client {
  uint32_t number; /* of the process */
  uint32_t slot;   /* of the right to notify it */
};

/* Does not return. `requests`: the slot of the channel, whose messages are { cycles, notifications }. */
void timer_serve(uint32_t requests, const struct timer_client clients[], uint32_t count);

#endif
