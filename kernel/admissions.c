#include "admissions.h"

#include "clock.h"
#include "system_calls.h"

enum standing { OUTSIDE, INSIDE, LEAVING };

static uint8_t standings[PROCESS_COUNT];

enum phase { GATHER, TEST_EDF, TEST_FIXED };

/* One test at a time, of those that count, in the table's order. Whoever asks for another process begins anew. */
static struct {
  uint8_t candidate; /* NOBODY: there is none */
  uint8_t phase;
  uint8_t next; /* row of the table that is looked at next */
  uint8_t edf, count;
  bool some_leave;
  struct admission_run run;
  struct admission_task rows[SYSTEM_ADMISSIONS];
} test;

static bool needs_admission(const struct process *process) {
  return (process->task->flags & TASK_WHEN_ADMITTED) != 0;
}

bool admission_holds(const struct process *process) {
  return !needs_admission(process) || standings[process_number(process)] == INSIDE;
}

void admission_give_back(const struct process *process) {
  uint8_t *standing = &standings[process_number(process)];
  if (*standing == INSIDE) {
    *standing = LEAVING;
  }
}

static bool is_gone(const struct process *process) {
  return process->next_release <= clock_now();
}

static bool counts(const struct process *process) {
  uint8_t *standing = &standings[process_number(process)];
  if (*standing == LEAVING) {
    if (is_gone(process)) {
      *standing = OUTSIDE;
    } else {
      test.some_leave = true;
    }
  }
  return !needs_admission(process) || *standing != OUTSIDE || process_number(process) == test.candidate;
}

static void begin(uint8_t candidate) {
  test.candidate = candidate;
  test.phase = GATHER;
  test.next = 0;
  test.edf = 0;
  test.count = 0;
  test.some_leave = false;
}

static struct admission_set set_of(uint8_t count, uint8_t interfering, const struct admission_supply *supply) {
  return (struct admission_set){.tasks = test.rows, .count = count, .interfering = interfering, .supply = supply};
}

static enum admission_answer gather(const struct system_admission *candidate) {
  if (test.next == SYSTEM_ADMISSIONS) {
    const struct admission_set edf = set_of(test.edf, 0, candidate->supply);
    admission_begin_edf(&test.run, &edf);
    test.phase = TEST_EDF;
    return ADMISSION_GOES_ON;
  }
  const struct system_admission *admission = &system_admissions[test.next];
  test.next++;
  if (admission->set == candidate->set && counts(&processes[admission->task])) {
    test.rows[test.count] = admission->row;
    test.count++;
    if (admission->policy == POLICY_EDF) {
      test.edf = test.count;
    }
  }
  return ADMISSION_GOES_ON;
}

/* The EDF tasks have been found to keep their deadlines; they come before those of fixed priority. */
static enum admission_answer go_on_with_fixed(const struct system_admission *candidate) {
  const struct admission_set fixed = set_of(test.count, test.edf, candidate->supply);
  admission_begin_fixed(&test.run, &fixed);
  test.phase = TEST_FIXED;
  return ADMISSION_GOES_ON;
}

static enum admission_answer step(const struct system_admission *candidate) {
  if (test.phase == GATHER) {
    return gather(candidate);
  }
  enum admission_answer answer = admission_step(&test.run);
  return answer == ADMITTED && test.phase == TEST_EDF ? go_on_with_fixed(candidate) : answer;
}

int32_t admission_ask(const struct process *process) {
  uint8_t number = process_number(process);
  if (admission_holds(process)) {
    return RESULT_OK;
  }
  if (standings[number] == LEAVING && !is_gone(process)) {
    return REFUSED_BUSY;
  }
  if (test.candidate != number) {
    begin(number);
  }
  enum admission_answer answer = step(&system_admissions[process->task->admission]);
  if (answer == ADMISSION_GOES_ON) {
    return REFUSED_AGAIN;
  }
  test.candidate = NOBODY;
  if (answer != ADMITTED) {
    return test.some_leave ? REFUSED_BUSY : REFUSED_REFUSED;
  }
  standings[number] = INSIDE;
  return RESULT_OK;
}
