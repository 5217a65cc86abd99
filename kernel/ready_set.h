/*
 * Which ready process has the processor: the most urgent one.
 *
 * The interface is that of the scheduler accelerator: a set of processes with an urgency each, whose best can be read at
 * any time. Process 0, the idle one, is always in it and the least urgent. Every operation takes constant time.
 */
#ifndef READY_SET_H
#define READY_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "system_tables.h"
#include "tournament.h"

/*
 * Policy, then deadline or priority, then (among equal priorities) who came first, then the number. Deliberately no number
 * to calculate with: smaller is more urgent.
 */
struct urgency {
  uint64_t key;
};

static inline bool is_more_urgent(struct urgency a, struct urgency b) {
  return a.key < b.key;
}

/* Of a deadline, those that count: the policy's are above them. */
#define URGENCY_DEADLINE_MASK (UINT64_MAX >> 10)

enum { URGENCY_NUMBER_BITS = 8, URGENCY_PRIORITY_SHIFT = 22, URGENCY_POLICY_SHIFT = 30 };

/* The upper half's highest bits are the policy's, then come the priority's. */
static inline struct urgency urgency_of(uint64_t key, enum system_policy policy, uint32_t priority) {
  const uint32_t high =
      (uint32_t)(key >> 32) | (uint32_t)policy << URGENCY_POLICY_SHIFT | priority << URGENCY_PRIORITY_SHIFT;
  return (struct urgency){(uint64_t)high << 32 | (uint32_t)key};
}

/* EDF, by the absolute deadline. That of a job which is late is ALARM_NEVER: the last of EDF. */
static inline struct urgency urgency_by_deadline(uint64_t deadline, uint8_t number) {
  return urgency_of((deadline & URGENCY_DEADLINE_MASK) << URGENCY_NUMBER_BITS | number, POLICY_EDF, 0);
}

/* Counts turns: who is put behind its equals gets a larger number. */
extern uint64_t scheduler_turn;

/* The other policies. Equals have turns: each use puts the process behind all others of its priority. */
static inline struct urgency urgency_by_priority(enum system_policy policy, uint8_t priority, uint8_t number) {
  scheduler_turn++;
  return urgency_of(scheduler_turn << URGENCY_NUMBER_BITS | number, policy, priority);
}

extern struct tournament scheduler_ready;

void scheduler_set_up(void);

/* Into the set, or with another urgency. */
static inline void scheduler_add(uint8_t number, struct urgency urgency) {
  tournament_change(&scheduler_ready, number, urgency.key);
}

static inline void scheduler_remove(uint8_t number) {
  tournament_change(&scheduler_ready, number, TOURNAMENT_ABSENT);
}

/* Of a process that is not in the set: the least there is. */
static inline struct urgency scheduler_urgency(uint8_t number) {
  return (struct urgency){scheduler_ready.key[number]};
}

static inline uint8_t scheduler_best(void) {
  return tournament_winner(&scheduler_ready);
}

/* Only processes of these partitions may run; number 0 always. Partition p is the numbers 32p to 32p + 31. */
void scheduler_open(uint8_t partitions);

#endif
