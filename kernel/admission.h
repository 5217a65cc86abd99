/*
 * Admission: whether tasks keep all their deadlines, whatever happens. Exact, for tasks of which nothing is known but
 * how far apart their releases are at least; integers only; bounded, and refusing at the bound, which is safe.
 *
 * EDF: utilisation, then the work due by each deadline (Baruah 2006), of which few have to be looked at (QPA: Zhang and
 * Burns 2009). Fixed priorities: response times (Joseph and Pandya 1986). system/admission/ says the same in TypeScript
 * and is compared with this; docs/system.md explains it.
 *
 * A test takes too long for one operation of a kernel. So it is a run of steps, each of bounded time, with nothing kept
 * outside `struct admission_run`: whoever asks for admission spends its own time on it. While it goes on, the tasks'
 * numbers must stay as they are.
 */
#ifndef ADMISSION_H
#define ADMISSION_H

#include <stdint.h>

/* Limits of the numbers, so that nothing overflows: cycles. */
#define ADMISSION_PERIOD_MAX (((uint64_t)1 << 40) - ((uint64_t)1 << 10))
#define ADMISSION_TIME_MAX ((uint64_t)1 << 52)

enum {
  /* Looks at every task of the set. Of random sets of 32 tasks at a utilisation of 0.95 none has needed half of it. */
  ADMISSION_PASSES_MAX = 1024,
  ADMISSION_SEGMENTS_MAX = 64,
};

struct admission_task {
  uint64_t period;   /* cycles from one release to the next, at least */
  uint64_t deadline; /* cycles from the release; no more than the period */
  uint64_t cost;     /* cycles of a job, overheads included; no more than the deadline */
  uint64_t blocking; /* cycles that tasks of lower preemption levels can keep it waiting */
};

/*
 * What a partition gets of the processor, in stretches of any length, wherever they begin: a frame brings `supply`
 * cycles of work; from a segment on, a cycle of work takes a cycle, until the next segment's work.
 */
struct admission_segment {
  uint64_t work;
  uint64_t time;
};
struct admission_supply {
  uint64_t frame;
  uint64_t supply;
  uint64_t latency; /* work is done after work * frame / supply + latency cycles, or earlier */
  uint32_t segment_count;
  const struct admission_segment *segments;
};

/* `interfering` tasks come first: they go before all others and are not checked. */
struct admission_set {
  const struct admission_task *tasks;
  uint32_t count;
  uint32_t interfering;
  const struct admission_supply *supply; /* null: the whole processor */
};

enum admission_answer {
  ADMITTED,
  REFUSED_PARAMETERS,
  REFUSED_UTILISATION,
  REFUSED_DEADLINE,
  REFUSED_AT_CAP,
  ADMISSION_GOES_ON,
};

/* Everything that a run knows. Its fields are admission.c's alone, but for the last two. */
struct admission_run {
  struct admission_set set;
  uint8_t policy_fixed;
  uint8_t implicit; /* EDF with deadlines at the periods' ends, and nothing in the way */
  uint8_t phase;
  uint8_t pass; /* the phase that the supply is asked for */
  uint32_t index;
  uint32_t checked; /* of fixed priorities: whose response is sought */
  uint32_t segment_first, segment_end;
  uint64_t used, used_less, available, available_more; /* in 2^-48 */
  uint64_t multiple, divisor, remainder;
  uint64_t sum;  /* of a pass */
  uint64_t done, before; /* when the work of the last pass, and of the one before it, is done at the latest */
  uint64_t due;
  uint64_t bound;
  uint64_t last_deadline, last_blocking; /* of the last task that has a deadline by `time` */

  uint32_t passes;
  uint64_t time; /* of REFUSED_DEADLINE: the deadline that is missed, or the response that is too late */
};

/* The tasks that are checked are sorted by deadline, the shortest first. */
void admission_begin_edf(struct admission_run *run, const struct admission_set *set);

/* The tasks that are checked are sorted by priority, the highest first. */
void admission_begin_fixed(struct admission_run *run, const struct admission_set *set);

/* Goes on with a run, for a bounded time. Not to be called again after an answer other than ADMISSION_GOES_ON. */
enum admission_answer admission_step(struct admission_run *run);

#endif
