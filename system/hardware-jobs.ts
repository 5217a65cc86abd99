// Tasks that the hardware releases and dispatches: to the cycle, before everything that the kernel schedules, whatever the
// kernel is doing. What they cost, and what the generated header offers them instead of the kernel's calls.
import type { System, Task } from "./model.ts";

/** Measured, and rounded up: tests/hardware-jobs.test.ts holds jobs against them. */
export const hardwareJobs = {
  /**
   * To a job and away from it again: what nobody else gets of the processor, with what has been done of a division that is
   * abandoned, to be begun anew. (ENTER with many levels would be longer; compilers make none.)
   */
  switches_cycles: 64,
  /** How long its budget may be over when the job is ended. */
  overrun_cycles: 32,
  /** The longest that the core cannot leave what it is doing, and the distance of two exchanges. */
  blocking_cycles: 64,
} as const;

export const hardwareTasks = ({ tasks }: System): readonly Task[] => tasks.filter(({ inHardware }) => inHardware);

/** Of a task's header: no call, for the kernel hears none, but the task's page of the scheduler. */
export const operationsInC: readonly string[] = [
  "enum { SCHEDULER_LOOKS_MAX = 4 };",
  "",
  "static inline volatile uint32_t *own_scheduler(uint32_t offset) {",
  "  return (volatile uint32_t *)(TASK_SCHEDULER_BASE + offset);",
  "}",
  "",
  "/* Ends the job; what follows is the next one. */",
  "static inline void next_period(void) {",
  "  *own_scheduler(TASK_SCHEDULER_FINISH) = 0;",
  "  /* Heard by the end of this. */",
  "  (void)*own_scheduler(TASK_SCHEDULER_STATE);",
  "  BOUNDED_LOOP(SCHEDULER_LOOKS_MAX, while ((*own_scheduler(TASK_SCHEDULER_STATE) & TASK_SCHEDULER_STATE_WAITS) != 0)) {",
  "  }",
  "}",
  "",
  "/* Cycles since the reset. */",
  "static inline void time(uint32_t results[2]) {",
  "  results[0] = *own_scheduler(TASK_SCHEDULER_NOW_LOW);",
  "  results[1] = *own_scheduler(TASK_SCHEDULER_NOW_HIGH);",
  "}",
  "",
  "/* What is left of the job's budget, in cycles. */",
  "static inline void budget(uint32_t results[1]) {",
  "  results[0] = *own_scheduler(TASK_SCHEDULER_BUDGET_LOW);",
  "}",
  "",
];
