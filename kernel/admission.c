#include "admission.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The order of the phases. Those that begin with EACH take steps for each task of the set. No step divides more than
 * once, which is what takes long.
 */
enum phase {
  EACH_PARAMETERS,
  EACH_FRACTION_UPPER, /* utilisation, in 48 fractional bits, as rounding errs to either side */
  EACH_FRACTION_LOWER,
  RATE_UPPER, /* the same of the supply */
  RATE_LOWER,
  UTILISATION,
  EACH_MULTIPLE, /* the common denominator, if 48 bits do not decide */
  EACH_MULTIPLE_END,
  EACH_SHARE,
  SHARE_END,
  EACH_EXCESS, /* EDF: how far to look */
  HORIZON,
  LIMIT,
  EACH_BUSY, /* the same, if the slack is too small to say: until all is done */
  EACH_BEFORE, /* the deadline before a bound */
  BEFORE_END,
  EACH_DUE,    /* the work due by it */
  EACH_INTERFERING, /* and what goes before that until it is done */
  EACH_RESPONSE, /* fixed priorities */
  SUPPLIED,      /* when the supply has done the work of a pass: its frames, then the place in a frame */
  SEGMENT,
  AFTER_PASS,
};

#define ONE_48 ((uint64_t)1 << 48)
#define DENOMINATOR_LIMIT ((uint64_t)1 << 52)

/* A processor that divides 64 bits by 32 into 32. The quotient must have no more. */
static inline uint32_t divide_once(uint64_t dividend, uint32_t divisor, uint32_t *remainder) {
#if defined(__i386__) || defined(__x86_64__)
  uint32_t quotient;
  __asm__("divl %4"
          : "=a"(quotient), "=d"(*remainder)
          : "0"((uint32_t)dividend), "1"((uint32_t)(dividend >> 32)), "rm"(divisor)
          : "cc");
  return quotient;
#else
  *remainder = (uint32_t)(dividend % divisor);
  return (uint32_t)(dividend / divisor);
#endif
}

static inline uint32_t leading_zeros(uint32_t value) {
  return (uint32_t)__builtin_clz(value);
}

/*
 * 64 bits by 64. A divisor of more than 32 bits is cut to its upper 32, and the dividend halved, so that the quotient
 * is at most one too large, after which it is made one smaller: then it is right, or one too small (Warren, Hacker's
 * Delight, 9-5).
 */
static uint64_t divide(uint64_t dividend, uint64_t divisor) {
  uint32_t remainder;
  if (divisor >> 32 == 0) {
    uint32_t high = divide_once(dividend >> 32, (uint32_t)divisor, &remainder);
    uint32_t low = divide_once((uint64_t)remainder << 32 | (uint32_t)dividend, (uint32_t)divisor, &remainder);
    return (uint64_t)high << 32 | low;
  }
  uint32_t shift = leading_zeros((uint32_t)(divisor >> 32));
  uint32_t upper = (uint32_t)(divisor << shift >> 32);
  uint64_t quotient = (uint64_t)divide_once(dividend >> 1, upper, &remainder) << shift >> 31;
  if (quotient != 0) {
    quotient--;
  }
  return dividend - quotient * divisor >= divisor ? quotient + 1 : quotient;
}

static uint64_t divide_up(uint64_t dividend, uint64_t divisor) {
  return divide(dividend + divisor - 1, divisor);
}

static void begin(struct admission_run *run, const struct admission_set *set, bool fixed) {
  *run = (struct admission_run){
      .set = *set,
      .policy_fixed = fixed,
      .phase = EACH_PARAMETERS,
      .available = ONE_48,
      .available_more = ONE_48,
      .implicit = set->supply == NULL && set->interfering == 0,
  };
}

void admission_begin_edf(struct admission_run *run, const struct admission_set *set) {
  begin(run, set, false);
}

void admission_begin_fixed(struct admission_run *run, const struct admission_set *set) {
  begin(run, set, true);
}

static inline enum admission_answer go_on(struct admission_run *run, enum phase phase) {
  run->phase = (uint8_t)phase;
  run->index = 0;
  return ADMISSION_GOES_ON;
}

/* A pass over the tasks begins, unless there have been too many. */
static enum admission_answer begin_pass(struct admission_run *run, enum phase phase) {
  run->sum = 0;
  if (run->passes == ADMISSION_PASSES_MAX) {
    run->passes++;
    return REFUSED_AT_CAP;
  }
  run->passes++;
  return go_on(run, phase);
}

/* A pass is over: `sum` is its work. */
static enum admission_answer pass_ends(struct admission_run *run) {
  run->pass = run->phase;
  run->before = run->done;
  run->done = run->sum;
  return go_on(run, run->set.supply != NULL && run->sum != 0 ? SUPPLIED : AFTER_PASS);
}

/* `sum` becomes what is left to do in the last frame, `done` what time the frames before it take. */
static enum admission_answer supplied(struct admission_run *run) {
  const struct admission_supply *supply = run->set.supply;
  uint64_t frames = divide(run->sum - 1, supply->supply);
  run->sum -= frames * supply->supply;
  run->done = frames * supply->frame;
  run->segment_first = 0;
  run->segment_end = supply->segment_count;
  return go_on(run, SEGMENT);
}

/* The last segment that begins before the last cycle of work does, by halves. */
static enum admission_answer segment(struct admission_run *run) {
  const struct admission_segment *segments = run->set.supply->segments;
  if (run->segment_end - run->segment_first > 1) {
    uint32_t middle = (run->segment_first + run->segment_end) / 2;
    if (segments[middle].work < run->sum) {
      run->segment_first = middle;
    } else {
      run->segment_end = middle;
    }
    return ADMISSION_GOES_ON;
  }
  const struct admission_segment *found = &segments[run->segment_first];
  run->done += found->time + run->sum - found->work;
  return go_on(run, AFTER_PASS);
}

static bool is_checked(const struct admission_run *run, uint32_t index) {
  return index >= run->set.interfering;
}

static enum admission_answer begin_responses(struct admission_run *run) {
  if (run->checked == run->set.count) {
    return ADMITTED;
  }
  run->time = 1;
  return begin_pass(run, EACH_RESPONSE);
}

static bool parameters_hold(const struct admission_run *run, const struct admission_task *task) {
  if (task->period == 0 || task->period > ADMISSION_PERIOD_MAX || task->cost == 0 || task->cost > task->period ||
      task->blocking > ADMISSION_PERIOD_MAX) {
    return false;
  }
  if (!is_checked(run, run->index)) {
    return true;
  }
  if (task->cost > task->deadline || task->deadline > task->period) {
    return false;
  }
  return run->policy_fixed || run->index == run->set.interfering || task[-1].deadline <= task->deadline;
}

/* `index` is behind the last task. */
static enum admission_answer parameters_end(struct admission_run *run) {
  if (run->policy_fixed) {
    run->checked = run->set.interfering;
    return begin_responses(run);
  }
  if (run->set.interfering == run->set.count) {
    return ADMITTED;
  }
  return go_on(run, run->set.supply == NULL ? UTILISATION : RATE_UPPER);
}

static enum admission_answer each_parameters(struct admission_run *run) {
  if (run->index == run->set.count) {
    return parameters_end(run);
  }
  const struct admission_task *task = &run->set.tasks[run->index];
  if (!parameters_hold(run, task)) {
    return REFUSED_PARAMETERS;
  }
  if (run->policy_fixed) {
    run->index++;
  } else {
    run->implicit = run->implicit && task->deadline == task->period && task->blocking == 0;
    run->phase = EACH_FRACTION_UPPER;
  }
  return ADMISSION_GOES_ON;
}

/* Of part / whole, 24 fractional bits; the remainder is for 24 more. */
static void fraction_upper(struct admission_run *run, uint64_t part, uint64_t whole) {
  run->sum = divide(part << 24, whole);
  run->remainder = (part << 24) - run->sum * whole;
}

/* All 48 bits; what is lost is in `remainder`. */
static uint64_t fraction_lower(struct admission_run *run, uint64_t whole) {
  uint64_t lower = divide(run->remainder << 24, whole);
  run->remainder = (run->remainder << 24) - lower * whole;
  return (run->sum << 24) + lower;
}

static enum admission_answer each_fraction_upper(struct admission_run *run) {
  const struct admission_task *task = &run->set.tasks[run->index];
  fraction_upper(run, task->cost, task->period);
  run->phase = EACH_FRACTION_LOWER;
  return ADMISSION_GOES_ON;
}

static enum admission_answer each_fraction_lower(struct admission_run *run) {
  uint64_t floor = fraction_lower(run, run->set.tasks[run->index].period);
  run->used_less += floor;
  run->used += floor + (run->remainder != 0);
  run->index++;
  run->phase = EACH_PARAMETERS;
  return ADMISSION_GOES_ON;
}

static enum admission_answer rate_upper(struct admission_run *run) {
  fraction_upper(run, run->set.supply->supply, run->set.supply->frame);
  return go_on(run, RATE_LOWER);
}

static enum admission_answer rate_lower(struct admission_run *run) {
  run->available = fraction_lower(run, run->set.supply->frame);
  run->available_more = run->available + (run->remainder != 0);
  return go_on(run, UTILISATION);
}

static enum admission_answer fits(struct admission_run *run) {
  if (run->implicit) {
    return ADMITTED;
  }
  run->sum = run->set.supply == NULL ? 0 : run->set.supply->latency;
  return go_on(run, EACH_EXCESS);
}

static enum admission_answer utilisation(struct admission_run *run) {
  if (run->used <= run->available) {
    return fits(run);
  }
  if (run->used_less > run->available_more) {
    return REFUSED_UTILISATION;
  }
  run->multiple = run->set.supply == NULL ? 1 : run->set.supply->frame;
  run->divisor = 0;
  run->remainder = 0;
  return go_on(run, EACH_MULTIPLE);
}

/*
 * Of the multiple so far and a task's period, the least common multiple. Euclid: a step for each division. `divisor` is
 * 0 between two tasks.
 */
static enum admission_answer each_multiple(struct admission_run *run) {
  if (run->index == run->set.count) {
    run->sum = 0;
    return go_on(run, EACH_SHARE);
  }
  uint64_t period = run->set.tasks[run->index].period;
  if (run->divisor == 0) {
    run->divisor = run->multiple;
    run->remainder = period;
  }
  if (run->remainder != 0) {
    uint64_t rest = run->divisor - divide(run->divisor, run->remainder) * run->remainder;
    run->divisor = run->remainder;
    run->remainder = rest;
    return ADMISSION_GOES_ON;
  }
  run->multiple = divide(run->multiple, run->divisor);
  run->phase = EACH_MULTIPLE_END;
  return ADMISSION_GOES_ON;
}

/* `multiple` is what the period is to be multiplied by. */
static enum admission_answer each_multiple_end(struct admission_run *run) {
  uint64_t period = run->set.tasks[run->index].period;
  if (run->multiple > divide(DENOMINATOR_LIMIT - 1, period)) {
    return REFUSED_AT_CAP;
  }
  run->multiple *= period;
  run->divisor = 0;
  run->index++;
  run->phase = EACH_MULTIPLE;
  return ADMISSION_GOES_ON;
}

static enum admission_answer each_share(struct admission_run *run) {
  if (run->index == run->set.count) {
    return go_on(run, SHARE_END);
  }
  const struct admission_task *task = &run->set.tasks[run->index];
  run->sum += task->cost * divide(run->multiple, task->period);
  run->index++;
  return ADMISSION_GOES_ON;
}

static enum admission_answer share_end(struct admission_run *run) {
  const struct admission_supply *supply = run->set.supply;
  uint64_t available = supply == NULL ? run->multiple : supply->supply * divide(run->multiple, supply->frame);
  return run->sum <= available ? fits(run) : REFUSED_UTILISATION;
}

/* h(t) <= U t + excess, where an interfering task's is its cost, and another's the part that T - D is of T. */
static enum admission_answer each_excess(struct admission_run *run) {
  if (run->index == run->set.count) {
    return go_on(run, HORIZON);
  }
  const struct admission_task *task = &run->set.tasks[run->index];
  if (is_checked(run, run->index)) {
    uint64_t ahead = divide_up((task->period - task->deadline) << 12, task->period);
    run->sum += (task->cost * ahead + 0xFFF) >> 12;
  } else {
    run->sum += task->cost;
  }
  run->index++;
  return ADMISSION_GOES_ON;
}

/* Behind `limit`, and behind the longest deadline, nothing can be late. */
static enum admission_answer look_until(struct admission_run *run, uint64_t limit) {
  uint64_t longest = run->set.tasks[run->set.count - 1].deadline;
  run->bound = (limit > longest ? limit : longest) + 1;
  return begin_pass(run, EACH_BEFORE);
}

/* At time 1 each task has been released once. */
static enum admission_answer begin_busy(struct admission_run *run) {
  run->time = 1;
  return begin_pass(run, EACH_BUSY);
}

static enum admission_answer horizon(struct admission_run *run) {
  uint64_t slack = run->used < run->available ? (run->available - run->used) >> 32 : 0;
  if (slack != 0 && run->sum < ONE_48) {
    run->done = divide(run->sum << 16, slack);
    return go_on(run, LIMIT);
  }
  return begin_busy(run);
}

static enum admission_answer limit(struct admission_run *run) {
  return run->done < ADMISSION_TIME_MAX ? look_until(run, run->done) : begin_busy(run);
}

static enum admission_answer each_busy(struct admission_run *run) {
  const struct admission_task *task = &run->set.tasks[run->index];
  run->sum += divide_up(run->time, task->period) * task->cost;
  return ++run->index == run->set.count ? pass_ends(run) : ADMISSION_GOES_ON;
}

static enum admission_answer busy_end(struct admission_run *run) {
  if (run->done == run->time) {
    return look_until(run, run->done);
  }
  if (run->done > ADMISSION_TIME_MAX) {
    return REFUSED_AT_CAP;
  }
  run->time = run->done;
  return begin_pass(run, EACH_BUSY);
}

/* `sum` is the last deadline found; 0: none. */
static enum admission_answer each_before(struct admission_run *run) {
  const struct admission_task *task = &run->set.tasks[run->index];
  if (is_checked(run, run->index) && task->deadline < run->bound) {
    uint64_t jobs = divide(run->bound - 1 - task->deadline, task->period);
    uint64_t last = jobs * task->period + task->deadline;
    if (last > run->sum) {
      run->sum = last;
    }
  }
  if (++run->index == run->set.count) {
    run->phase = BEFORE_END;
  }
  return ADMISSION_GOES_ON;
}

static enum admission_answer begin_due(struct admission_run *run) {
  run->due = 0;
  return begin_pass(run, EACH_DUE);
}

static enum admission_answer before_end(struct admission_run *run) {
  if (run->sum == 0) {
    return ADMITTED;
  }
  run->time = run->sum;
  return begin_due(run);
}

static enum admission_answer each_due(struct admission_run *run) {
  const struct admission_task *task = &run->set.tasks[run->index];
  if (!is_checked(run, run->index)) {
    run->sum += divide_up(run->time, task->period) * task->cost;
  } else if (task->deadline <= run->time) {
    run->due += (divide(run->time - task->deadline, task->period) + 1) * task->cost;
    run->last_deadline = task->deadline;
    run->last_blocking = task->blocking;
  }
  if (++run->index < run->set.count) {
    return ADMISSION_GOES_ON;
  }
  run->due += run->last_blocking;
  run->sum += run->due;
  return pass_ends(run);
}

static enum admission_answer each_interfering(struct admission_run *run) {
  const struct admission_task *task = &run->set.tasks[run->index];
  run->sum += divide_up(run->done, task->period) * task->cost;
  if (++run->index < run->set.interfering) {
    return ADMISSION_GOES_ON;
  }
  run->sum += run->due;
  return pass_ends(run);
}

/* Between the deadline that the blocking belongs to and `time`, nothing is late that is done by then. */
static enum admission_answer due_end(struct admission_run *run) {
  if (run->done > run->time) {
    /* Of what interferes until `time`, some may come when all that is due is done already. */
    if (run->pass == EACH_DUE && run->set.interfering > 0) {
      run->done = 1;
      return begin_pass(run, EACH_INTERFERING);
    }
    return REFUSED_DEADLINE;
  }
  if (run->done < run->time && run->done > run->last_deadline) {
    run->time = run->done;
    return begin_due(run);
  }
  run->bound = run->done <= run->last_deadline ? run->last_deadline : run->time;
  return begin_pass(run, EACH_BEFORE);
}

/* Until nothing interferes any more: `before` is when all was done as far as was known. */
static enum admission_answer interfering_end(struct admission_run *run) {
  if (run->done == run->before || run->done > run->time) {
    return due_end(run);
  }
  return begin_pass(run, EACH_INTERFERING);
}

static enum admission_answer each_response(struct admission_run *run) {
  const struct admission_task *task = &run->set.tasks[run->index];
  if (run->index == run->checked) {
    run->sum += task->cost + task->blocking;
    return pass_ends(run);
  }
  run->sum += divide_up(run->time, task->period) * task->cost;
  run->index++;
  return ADMISSION_GOES_ON;
}

static enum admission_answer response_end(struct admission_run *run) {
  bool settled = run->done == run->time;
  run->time = run->done;
  if (run->time > run->set.tasks[run->checked].deadline) {
    return REFUSED_DEADLINE;
  }
  if (settled) {
    run->checked++;
    return begin_responses(run);
  }
  return begin_pass(run, EACH_RESPONSE);
}

static enum admission_answer after_pass(struct admission_run *run) {
  switch ((enum phase)run->pass) {
  case EACH_BUSY:
    return busy_end(run);
  case EACH_RESPONSE:
    return response_end(run);
  case EACH_INTERFERING:
    return interfering_end(run);
  default:
    return due_end(run);
  }
}

enum admission_answer admission_step(struct admission_run *run) {
  switch ((enum phase)run->phase) {
  case EACH_DUE:
    return each_due(run);
  case EACH_BEFORE:
    return each_before(run);
  case BEFORE_END:
    return before_end(run);
  case EACH_INTERFERING:
    return each_interfering(run);
  case EACH_RESPONSE:
    return each_response(run);
  case EACH_BUSY:
    return each_busy(run);
  case SUPPLIED:
    return supplied(run);
  case SEGMENT:
    return segment(run);
  case AFTER_PASS:
    return after_pass(run);
  case EACH_PARAMETERS:
    return each_parameters(run);
  case EACH_FRACTION_UPPER:
    return each_fraction_upper(run);
  case EACH_FRACTION_LOWER:
    return each_fraction_lower(run);
  case RATE_UPPER:
    return rate_upper(run);
  case RATE_LOWER:
    return rate_lower(run);
  case UTILISATION:
    return utilisation(run);
  case EACH_MULTIPLE:
    return each_multiple(run);
  case EACH_MULTIPLE_END:
    return each_multiple_end(run);
  case EACH_SHARE:
    return each_share(run);
  case SHARE_END:
    return share_end(run);
  case EACH_EXCESS:
    return each_excess(run);
  case HORIZON:
    return horizon(run);
  case LIMIT:
    return limit(run);
  }
  return REFUSED_PARAMETERS;
}
