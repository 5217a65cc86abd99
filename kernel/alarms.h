/*
 * What is to happen at a time: the next release of each process that waits for one, or the end of its wait. One alarm for
 * each process. What is no longer wanted is not taken out, which would cost as much as letting it ring: the process knows
 * whether its alarm is meant (process.h).
 */
#ifndef ALARMS_H
#define ALARMS_H

#include <stdint.h>

#include "process.h"
#include "tournament.h"

struct alarm {
  uint64_t time;
  uint8_t number;
};

/* The time of an alarm that never comes. */
#define ALARM_NEVER (UINT64_MAX >> 8)

extern struct tournament alarms_pending;

void alarms_set_up(void);

/* Instead of the alarm that the process had. */
void alarm_set(struct process *process, uint64_t time);

/* It has rung. */
void alarm_clear(uint8_t number);

/* The earliest; of several at one time, the smaller number's. */
static inline struct alarm alarm_first(void) {
  uint8_t number = tournament_winner(&alarms_pending);
  return (struct alarm){alarms_pending.key[number] >> 8, number};
}

#endif
