/* A system for tests: a task that misbehaves on request and is restarted, and one that is stopped when it does. */
#include "programs.h"

#include "misbehave.h"

enum { URGENT = 1, BACKGROUND = 8, IDLE = SCHEDULER_PRIORITIES - 1 };

const struct program programs[TASK_COUNT] = {
    [TASK_IDLE] = {.name = "idle", .priority = {IDLE}},
    [TASK_MISBEHAVE] = {.name = "misbehave",
                        .entry = misbehave_main,
                        .priority = {URGENT},
                        .on_fault = ON_FAULT_RESTART},
    [TASK_VICTIM] = {.name = "victim", .entry = victim_main, .priority = {BACKGROUND}, .progress = &victim_rounds},
};
