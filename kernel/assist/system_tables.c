/* A system for tests: a task that misbehaves on request and is restarted, and one that is stopped when it does. */
#include "system_tables.h"

#include "linked_tasks.h"
#include "memory_map.h"
#include "misbehave.h"
#include "numbers.h"

enum { CHANNEL_INPUT, CHANNEL_INTERRUPTS, CHANNEL_FAULTS };

enum { STACK_BYTES = 2048 };

static uint8_t stacks[SYSTEM_TASKS][STACK_BYTES] __attribute__((aligned(32), section(".task_memory")));

enum { PRIORITY_FAULTS, PRIORITY_UART, PRIORITY_MISBEHAVE, PRIORITY_VICTIM = 8 };

#define UNLIMITED .budget = SYSTEM_BUDGET_UNLIMITED, .flags = TASK_STARTS_AT_BOOT, .images = 1

/* Where each task's capabilities begin. */
enum { FIRST_UART = MISBEHAVE_SLOTS, FIRST_FAULTS = FIRST_UART + UART_SLOTS };

#define SLOTS(first, count) .capabilities_first = first, .slots_first = first, .capabilities = count, .slots = count

const struct system_task system_tasks[] = {
    {.number = NUMBER_MISBEHAVE,
     .policy = POLICY_FIXED,
     .priority = PRIORITY_MISBEHAVE,
     UNLIMITED,
     .handler = NUMBER_FAULTS,
     .handler_channel = CHANNEL_FAULTS,
     .images_first = 0,
     SLOTS(0, MISBEHAVE_SLOTS),
     .ports = 1,
     LINKED_STACK_AND_GRANTS(0)},
    {.number = NUMBER_VICTIM,
     .policy = POLICY_BACKGROUND,
     .priority = PRIORITY_VICTIM,
     UNLIMITED,
     .handler = NUMBER_FAULTS,
     .handler_channel = CHANNEL_FAULTS,
     .images_first = 1,
     LINKED_STACK_AND_GRANTS(1)},
    {.number = NUMBER_UART,
     .policy = POLICY_FIXED,
     .priority = PRIORITY_UART,
     UNLIMITED,
     .on_fault = ACTION_RESTART,
     .images_first = 2,
     SLOTS(FIRST_UART, UART_SLOTS),
     .ports = 1,
     LINKED_STACK_AND_GRANTS(2)},
    {.number = NUMBER_FAULTS,
     .policy = POLICY_FIXED,
     .priority = PRIORITY_FAULTS,
     UNLIMITED,
     .on_fault = ACTION_RESTART,
     .images_first = 3,
     SLOTS(FIRST_FAULTS, FAULTS_SLOTS),
     .ports = 1,
     LINKED_STACK_AND_GRANTS(3)},
};
_Static_assert(sizeof system_tasks / sizeof system_tasks[0] == SYSTEM_TASKS, "another number of tasks");

const struct system_region system_regions[] = {
    LINKED_REGIONS,
    LINKED_STACK(0), LINKED_STACK(1), LINKED_STACK(2), LINKED_STACK(3),
};

const struct system_grant system_grants[] = {
    LINKED_GRANTS_OF(0), LINKED_GRANTS_OF(1), LINKED_GRANTS_OF(2), LINKED_GRANTS_OF(3),
};

#define ENTRY(function) {.entry = (uint32_t)(function)}

const struct system_image system_images[] = {
    ENTRY(misbehave_main), ENTRY(victim_main), ENTRY(uart_driver_main), ENTRY(fault_handler_main),
};

enum { RIGHTS_FAULT_HANDLER = RIGHT_INSPECT | RIGHT_RESTART | RIGHT_STOP };

const struct system_capability system_capabilities[] = {
    [MISBEHAVE_INPUT] = {OBJECT_CHANNEL, .index = CHANNEL_INPUT, .rights = RIGHT_RECEIVE},
    [MISBEHAVE_VICTIM] = {OBJECT_PROCESS, .index = NUMBER_VICTIM, .rights = RIGHT_INSPECT},
    [FIRST_UART + UART_LINE] = {OBJECT_INTERRUPT, .index = 0, .rights = RIGHT_HANDLE},
    [FIRST_UART + UART_INTERRUPTS] = {OBJECT_CHANNEL, .index = CHANNEL_INTERRUPTS, .rights = RIGHT_RECEIVE},
    [FIRST_UART + UART_OUTPUT] = {OBJECT_CHANNEL, .index = CHANNEL_INPUT, .rights = RIGHT_SEND},
    [FIRST_FAULTS + FAULTS_CHANNEL] = {OBJECT_CHANNEL, .index = CHANNEL_FAULTS, .rights = RIGHT_RECEIVE},
    [FIRST_FAULTS + FAULTS_MISBEHAVE] = {OBJECT_PROCESS, .index = NUMBER_MISBEHAVE, .rights = RIGHTS_FAULT_HANDLER},
    [FIRST_FAULTS + FAULTS_VICTIM] = {OBJECT_PROCESS, .index = NUMBER_VICTIM, .rights = RIGHTS_FAULT_HANDLER},
};
_Static_assert(sizeof system_capabilities / sizeof system_capabilities[0] == SYSTEM_CAPABILITY_SLOTS, "another number");

const struct system_channel system_channels[] = {
    [CHANNEL_INPUT] = {NUMBER_MISBEHAVE, .senders_first = 0, .senders = 1, .depth = 16},
    [CHANNEL_INTERRUPTS] = {NUMBER_UART, .depth = 2},
    [CHANNEL_FAULTS] = {NUMBER_FAULTS, .depth = 8},
};
const struct system_sender system_senders[] = {{NUMBER_UART, 16}};

const struct system_interrupt system_interrupts[] = {
    {.line = UART_INTERRUPT_VECTOR - INTERRUPT_VECTOR_BASE, .route = ROUTE_MESSAGE, .task = NUMBER_UART,
     .channel = CHANNEL_INTERRUPTS},
};
const struct system_port system_ports[] = {{UART_PORT_BASE, 8}};

const struct system_lock system_locks[1];
const struct system_window system_windows[1];
