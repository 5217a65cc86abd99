/* kernel/admission.c for the host, with sets as rows of numbers, so that it can be called from TypeScript. */
#include "admission.h"

enum { TASK_WORDS = 4, SEGMENT_WORDS = 2 };

/* `result`: passes, time, steps. `frame`: frame, supply, latency; null for the whole processor. */
uint32_t admission_native(uint32_t fixed, const uint64_t *tasks, uint32_t count, uint32_t interfering,
                          const uint64_t *frame, const uint64_t *segments, uint32_t segment_count, uint64_t *result);

uint32_t admission_native(uint32_t fixed, const uint64_t *tasks, uint32_t count, uint32_t interfering,
                          const uint64_t *frame, const uint64_t *segments, uint32_t segment_count, uint64_t *result) {
  _Static_assert(sizeof(struct admission_task) == TASK_WORDS * sizeof(uint64_t), "a task is a row of numbers");
  _Static_assert(sizeof(struct admission_segment) == SEGMENT_WORDS * sizeof(uint64_t), "a segment is a row of numbers");
  struct admission_supply supply = {0};
  if (segment_count > 0) {
    supply = (struct admission_supply){
        .frame = frame[0], .supply = frame[1], .latency = frame[2], .segment_count = segment_count,
        .segments = (const struct admission_segment *)segments,
    };
  }
  struct admission_set set = {
      .tasks = (const struct admission_task *)tasks, .count = count, .interfering = interfering,
      .supply = segment_count > 0 ? &supply : 0,
  };
  struct admission_run run;
  if (fixed) {
    admission_begin_fixed(&run, &set);
  } else {
    admission_begin_edf(&run, &set);
  }
  enum admission_answer answer = ADMISSION_GOES_ON;
  uint64_t steps = 0;
  while (answer == ADMISSION_GOES_ON) {
    answer = admission_step(&run);
    steps++;
  }
  result[0] = run.passes;
  result[1] = run.time;
  result[2] = steps;
  return answer;
}
