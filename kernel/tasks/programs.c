/* The system: a console for people, and two counters that never give the processor up by themselves. */
#include "programs.h"

#include "console.h"
#include "counter.h"

enum { URGENT = 1, BACKGROUND = 8, IDLE = SCHEDULER_PRIORITIES - 1 };

const struct program programs[TASK_COUNT] = {
    [TASK_IDLE] = {.name = "idle", .priority = {IDLE}},
    /* Restarted after a fault: whoever types `crash` gets the prompt back. */
    {.name = "console", .entry = console_main, .priority = {URGENT}, .on_fault = ON_FAULT_RESTART},
    {.name = "count-a", .entry = counter_a_main, .priority = {BACKGROUND}, .progress = &counter_a},
    {.name = "count-b", .entry = counter_b_main, .priority = {BACKGROUND}, .progress = &counter_b},
};
