/*
 * The system that people get: a console, the driver of the serial line, a handler of faults, and two counters that never
 * give the processor up by themselves.
 */
#include "system_tables.h"

#include "console.h"
#include "counter.h"
#include "fault_handler.h"
#include "linked_tasks.h"
#include "memory_map.h"
#include "numbers.h"
#include "uart_driver.h"

enum { CHANNEL_INPUT, CHANNEL_INTERRUPTS, CHANNEL_FAULTS };

enum { STACK_BYTES = 2048 };

static uint8_t stacks[SYSTEM_TASKS][STACK_BYTES] __attribute__((aligned(32), section(".task_memory")));

/* The more urgent, the smaller. */
enum { PRIORITY_FAULTS, PRIORITY_UART, PRIORITY_CONSOLE, PRIORITY_COUNTERS = 8 };

#define UNLIMITED .budget = SYSTEM_BUDGET_UNLIMITED, .flags = TASK_STARTS_AT_BOOT

const struct system_task system_tasks[] = {
    {.number = NUMBER_CONSOLE,
     .policy = POLICY_FIXED,
     .priority = PRIORITY_CONSOLE,
     UNLIMITED,
     .handler = NUMBER_FAULTS,
     .handler_channel = CHANNEL_FAULTS,
     .images_first = 0,
     .images = 1,
     .capabilities_first = 0,
     .capabilities = CONSOLE_SLOTS,
     .slots = CONSOLE_SLOTS,
     .slots_first = 0,
     .ports = 1,
     LINKED_STACK_OF(0),
     .grants_first = 0,
     .grants = LINKED_GRANTS_FIRST + LINKED_GRANTS},
    {.number = NUMBER_COUNT_A,
     .policy = POLICY_BACKGROUND,
     .priority = PRIORITY_COUNTERS,
     UNLIMITED,
     .handler = NUMBER_FAULTS,
     .handler_channel = CHANNEL_FAULTS,
     .images_first = 1,
     .images = 1,
     LINKED_STACK_AND_GRANTS(1)},
    {.number = NUMBER_COUNT_B,
     .policy = POLICY_BACKGROUND,
     .priority = PRIORITY_COUNTERS,
     UNLIMITED,
     .handler = NUMBER_FAULTS,
     .handler_channel = CHANNEL_FAULTS,
     .images_first = 2,
     .images = 1,
     LINKED_STACK_AND_GRANTS(2)},
    {.number = NUMBER_UART,
     .policy = POLICY_FIXED,
     .priority = PRIORITY_UART,
     UNLIMITED,
     .on_fault = ACTION_RESTART,
     .images_first = 3,
     .images = 1,
     .capabilities_first = CONSOLE_SLOTS,
     .capabilities = UART_SLOTS,
     .slots = UART_SLOTS,
     .slots_first = CONSOLE_SLOTS,
     .ports = 1,
     LINKED_STACK_AND_GRANTS(3)},
    {.number = NUMBER_FAULTS,
     .policy = POLICY_FIXED,
     .priority = PRIORITY_FAULTS,
     UNLIMITED,
     .on_fault = ACTION_RESTART,
     .images_first = 4,
     .images = 1,
     .capabilities_first = CONSOLE_SLOTS + UART_SLOTS,
     .capabilities = FAULTS_SLOTS,
     .slots = FAULTS_SLOTS,
     .slots_first = CONSOLE_SLOTS + UART_SLOTS,
     .ports = 1,
     LINKED_STACK_AND_GRANTS(4)},
};
_Static_assert(sizeof system_tasks / sizeof system_tasks[0] == SYSTEM_TASKS, "another number of tasks");

const struct system_region system_regions[] = {
    LINKED_REGIONS,
    LINKED_STACK(0), LINKED_STACK(1), LINKED_STACK(2), LINKED_STACK(3), LINKED_STACK(4),
};

/* The console, which comes first, shows memory: it may read all of it. */
const struct system_grant system_grants[] = {
    {LINKED_RAM, ACCESS_READ},
    {LINKED_ROM, ACCESS_READ},
    LINKED_GRANTS_OF(0), LINKED_GRANTS_OF(1), LINKED_GRANTS_OF(2), LINKED_GRANTS_OF(3), LINKED_GRANTS_OF(4),
};

#define ENTRY(function) {.entry = (uint32_t)(function)}

const struct system_image system_images[] = {
    ENTRY(console_main), ENTRY(counter_a_main), ENTRY(counter_b_main), ENTRY(uart_driver_main), ENTRY(fault_handler_main),
};

enum { RIGHTS_FAULT_HANDLER = RIGHT_INSPECT | RIGHT_RESTART | RIGHT_STOP };

const struct system_capability system_capabilities[] = {
    [CONSOLE_INPUT] = {OBJECT_CHANNEL, .index = CHANNEL_INPUT, .rights = RIGHT_RECEIVE},
    [CONSOLE_IDLE] = {OBJECT_PROCESS, .index = NUMBER_IDLE, .rights = RIGHT_INSPECT},
    [CONSOLE_ITSELF] = {OBJECT_PROCESS, .index = NUMBER_CONSOLE, .rights = RIGHT_INSPECT},
    [CONSOLE_COUNT_A] = {OBJECT_PROCESS, .index = NUMBER_COUNT_A, .rights = RIGHT_INSPECT},
    [CONSOLE_COUNT_B] = {OBJECT_PROCESS, .index = NUMBER_COUNT_B, .rights = RIGHT_INSPECT},
    [CONSOLE_UART] = {OBJECT_PROCESS, .index = NUMBER_UART, .rights = RIGHT_INSPECT},
    [CONSOLE_FAULTS] = {OBJECT_PROCESS, .index = NUMBER_FAULTS, .rights = RIGHT_INSPECT},
    [CONSOLE_SLOTS + UART_LINE] = {OBJECT_INTERRUPT, .index = 0, .rights = RIGHT_HANDLE},
    [CONSOLE_SLOTS + UART_INTERRUPTS] = {OBJECT_CHANNEL, .index = CHANNEL_INTERRUPTS, .rights = RIGHT_RECEIVE},
    [CONSOLE_SLOTS + UART_OUTPUT] = {OBJECT_CHANNEL, .index = CHANNEL_INPUT, .rights = RIGHT_SEND},
    [CONSOLE_SLOTS + UART_SLOTS + FAULTS_CHANNEL] = {OBJECT_CHANNEL, .index = CHANNEL_FAULTS, .rights = RIGHT_RECEIVE},
    [CONSOLE_SLOTS + UART_SLOTS + FAULTS_CONSOLE] = {OBJECT_PROCESS, .index = NUMBER_CONSOLE,
                                                     .rights = RIGHTS_FAULT_HANDLER},
    [CONSOLE_SLOTS + UART_SLOTS + FAULTS_COUNT_A] = {OBJECT_PROCESS, .index = NUMBER_COUNT_A,
                                                     .rights = RIGHTS_FAULT_HANDLER},
    [CONSOLE_SLOTS + UART_SLOTS + FAULTS_COUNT_B] = {OBJECT_PROCESS, .index = NUMBER_COUNT_B,
                                                     .rights = RIGHTS_FAULT_HANDLER},
};
_Static_assert(sizeof system_capabilities / sizeof system_capabilities[0] == SYSTEM_CAPABILITY_SLOTS, "another number");

const struct system_channel system_channels[] = {
    [CHANNEL_INPUT] = {NUMBER_CONSOLE, .senders_first = 0, .senders = 1, .depth = 16},
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
