/* A system that tries out what the kernel does for processes: trial.h says what. */
#include "system_tables.h"

#include "linked_tasks.h"
#include "memory_map.h"
#include "numbers.h"
#include "trial.h"

enum { CHANNEL_INPUT, CHANNEL_INTERRUPTS, CHANNEL_FAULTS, CHANNEL_REPORTS, CHANNEL_BOX };

enum { STACK_BYTES = 1024 };

static uint8_t stacks[SYSTEM_TASKS][STACK_BYTES] __attribute__((aligned(32), section(".task_memory")));

/* Where each task's capabilities begin. */
enum {
  FIRST_UART = CONDUCTOR_SLOTS,
  FIRST_FAULTS = FIRST_UART + UART_SLOTS,
  FIRST_SERVER = FIRST_FAULTS + FAULTS_SLOTS,
  FIRST_LOW = FIRST_SERVER + SERVER_SLOTS + 1,
  FIRST_MIDDLE = FIRST_LOW + WORKER_SLOTS,
  FIRST_HIGH = FIRST_MIDDLE + WORKER_SLOTS,
};
_Static_assert(FIRST_HIGH + WORKER_SLOTS == SYSTEM_CAPABILITY_SLOTS, "another number of slots");

#define SLOTS(begin, initial, all) .capabilities_first = begin, .slots_first = begin, .capabilities = initial, .slots = all
#define FIXED(number_, priority_, image, row)                                               \
  .number = number_, .policy = POLICY_FIXED, .priority = priority_, .level = 9 - priority_, \
  .budget = SYSTEM_BUDGET_UNLIMITED, .images_first = image, .images = 1, LINKED_STACK_AND_GRANTS(row)
#define EDF(number_, image, row)                                               \
  .number = number_, .policy = POLICY_EDF, .images_first = image, .images = 1, \
  .handler = NUMBER_CONDUCTOR, .handler_channel = CHANNEL_REPORTS, .level = 20, LINKED_STACK_AND_GRANTS(row)

enum { PRIORITY_FAULTS, PRIORITY_UART, PRIORITY_CONDUCTOR, PRIORITY_SERVER, PRIORITY_HIGH, PRIORITY_MIDDLE, PRIORITY_LOW };

const struct system_task system_tasks[] = {
    {FIXED(NUMBER_CONDUCTOR, PRIORITY_CONDUCTOR, 0, 0), SLOTS(0, CONDUCTOR_GIVEN, CONDUCTOR_SLOTS), .ports = 1,
     .flags = TASK_STARTS_AT_BOOT},
    {FIXED(NUMBER_UART, PRIORITY_UART, 1, 1), SLOTS(FIRST_UART, UART_SLOTS, UART_SLOTS), .ports = 1,
     .flags = TASK_STARTS_AT_BOOT},
    {FIXED(NUMBER_FAULTS, PRIORITY_FAULTS, 2, 2), SLOTS(FIRST_FAULTS, FAULTS_SLOTS, FAULTS_SLOTS), .ports = 1,
     .flags = TASK_STARTS_AT_BOOT},
    {EDF(NUMBER_PERIODIC, 3, 3), .period = PERIOD_CYCLES, .deadline = PERIOD_CYCLES, .budget = 20000},
    {EDF(NUMBER_SPENDTHRIFT, 4, 4), .period = PERIOD_CYCLES, .deadline = PERIOD_CYCLES / 2,
     .budget = BUDGET_CYCLES, .on_overrun = ACTION_STOP_JOB},
    {EDF(NUMBER_LATE, 5, 5), .period = PERIOD_CYCLES, .deadline = BUDGET_CYCLES, .budget = PERIOD_CYCLES,
     .on_miss = ACTION_STOP_TASK},
    {FIXED(NUMBER_SERVER, PRIORITY_SERVER, 6, 6), SLOTS(FIRST_SERVER, SERVER_GIVEN, SERVER_SLOTS + 1)},
    {FIXED(NUMBER_LOW, PRIORITY_LOW, 7, 7), SLOTS(FIRST_LOW, WORKER_SLOTS, WORKER_SLOTS)},
    {FIXED(NUMBER_MIDDLE, PRIORITY_MIDDLE, 8, 8), SLOTS(FIRST_MIDDLE, WORKER_SLOTS, WORKER_SLOTS)},
    {FIXED(NUMBER_HIGH, PRIORITY_HIGH, 9, 9), SLOTS(FIRST_HIGH, WORKER_SLOTS, WORKER_SLOTS)},
};
_Static_assert(sizeof system_tasks / sizeof system_tasks[0] == SYSTEM_TASKS, "another number of tasks");

static uint8_t buffer[32] __attribute__((aligned(32), section(".task_memory")));

enum { REGION_OF_BUFFER = LINKED_STACKS + SYSTEM_TASKS };

const struct system_region system_regions[] = {
    LINKED_REGIONS,
    LINKED_STACK(0), LINKED_STACK(1), LINKED_STACK(2), LINKED_STACK(3), LINKED_STACK(4), LINKED_STACK(5),
    LINKED_STACK(6), LINKED_STACK(7), LINKED_STACK(8), LINKED_STACK(9),
    [REGION_OF_BUFFER] = {(uint32_t)buffer, sizeof buffer},
};

const struct system_grant system_grants[] = {
    LINKED_GRANTS_OF(0), LINKED_GRANTS_OF(1), LINKED_GRANTS_OF(2), LINKED_GRANTS_OF(3), LINKED_GRANTS_OF(4),
    LINKED_GRANTS_OF(5), LINKED_GRANTS_OF(6), LINKED_GRANTS_OF(7), LINKED_GRANTS_OF(8), LINKED_GRANTS_OF(9),
};

#define ENTRY(function) {.entry = (uint32_t)(function)}

const struct system_image system_images[] = {
    ENTRY(conductor_main), ENTRY(uart_driver_main), ENTRY(fault_handler_main), ENTRY(periodic_main),
    ENTRY(spendthrift_main), ENTRY(late_main), ENTRY(server_main), ENTRY(low_main), ENTRY(middle_main), ENTRY(high_main),
};

enum {
  RIGHTS_ALL = RIGHT_COPY | RIGHT_REVOKE | RIGHT_CALL | RIGHT_NOTIFY | RIGHT_START | RIGHT_STOP | RIGHT_RESTART | RIGHT_INSPECT |
               RIGHT_HANDLE_FAULTS | RIGHT_CREATE,
};
#define PROCESS(number) {OBJECT_PROCESS, .index = number, .rights = RIGHTS_ALL}
#define LOCKS(first)                                                                                \
  [first + WORKER_INHERITING] = {OBJECT_LOCK, .index = WORKER_INHERITING, .rights = RIGHT_ACQUIRE}, \
  [first + WORKER_CEILING] = {OBJECT_LOCK, .index = WORKER_CEILING, .rights = RIGHT_ACQUIRE},       \
  [first + WORKER_OTHER] = {OBJECT_LOCK, .index = WORKER_OTHER, .rights = RIGHT_ACQUIRE}

const struct system_capability system_capabilities[] = {
    [CONDUCTOR_INPUT] = {OBJECT_CHANNEL, .index = CHANNEL_INPUT, .rights = RIGHT_RECEIVE},
    [CONDUCTOR_PERIODIC] = PROCESS(NUMBER_PERIODIC),
    [CONDUCTOR_SPENDTHRIFT] = PROCESS(NUMBER_SPENDTHRIFT),
    [CONDUCTOR_LATE] = PROCESS(NUMBER_LATE),
    [CONDUCTOR_SERVER] = PROCESS(NUMBER_SERVER),
    [CONDUCTOR_LOW] = PROCESS(NUMBER_LOW),
    [CONDUCTOR_MIDDLE] = PROCESS(NUMBER_MIDDLE),
    [CONDUCTOR_HIGH] = PROCESS(NUMBER_HIGH),
    [CONDUCTOR_REPORTS] = {OBJECT_CHANNEL, .index = CHANNEL_REPORTS, .rights = RIGHT_RECEIVE},
    [CONDUCTOR_BOX] = {OBJECT_CHANNEL, .index = CHANNEL_BOX, .rights = RIGHT_RECEIVE},
    [CONDUCTOR_BOX_OUT] = {OBJECT_CHANNEL, .index = CHANNEL_BOX, .rights = RIGHT_SEND | RIGHT_COPY | RIGHT_REVOKE},
    [CONDUCTOR_REGION] = {OBJECT_REGION, .index = REGION_OF_BUFFER, .rights = RIGHT_LEND | RIGHT_READ},
    [CONDUCTOR_LOG] = {OBJECT_LOG, .index = 0, .rights = RIGHT_READ_LOG | RIGHT_WRITE_LOG},
    [CONDUCTOR_ITSELF] = PROCESS(NUMBER_CONDUCTOR),
    [FIRST_UART + UART_LINE] = {OBJECT_INTERRUPT, .index = 0, .rights = RIGHT_HANDLE},
    [FIRST_UART + UART_INTERRUPTS] = {OBJECT_CHANNEL, .index = CHANNEL_INTERRUPTS, .rights = RIGHT_RECEIVE},
    [FIRST_UART + UART_OUTPUT] = {OBJECT_CHANNEL, .index = CHANNEL_INPUT, .rights = RIGHT_SEND},
    [FIRST_FAULTS + FAULTS_CHANNEL] = {OBJECT_CHANNEL, .index = CHANNEL_FAULTS, .rights = RIGHT_RECEIVE},
    [FIRST_SERVER + SERVER_CONDUCTOR] = PROCESS(NUMBER_CONDUCTOR),
    LOCKS(FIRST_LOW),
    LOCKS(FIRST_MIDDLE),
    LOCKS(FIRST_HIGH),
};

const struct system_channel system_channels[] = {
    [CHANNEL_INPUT] = {NUMBER_CONDUCTOR, .senders_first = 0, .senders = 1, .depth = 16},
    [CHANNEL_INTERRUPTS] = {NUMBER_UART, .depth = 2},
    [CHANNEL_FAULTS] = {NUMBER_FAULTS, .depth = 8},
    [CHANNEL_REPORTS] = {NUMBER_CONDUCTOR, .depth = 8},
    [CHANNEL_BOX] = {NUMBER_CONDUCTOR, .senders_first = 1, .senders = 1, .depth = 4},
};
const struct system_sender system_senders[] = {{NUMBER_UART, 16}, {NUMBER_CONDUCTOR, 3}};

const struct system_interrupt system_interrupts[] = {
    {.line = UART_INTERRUPT_VECTOR - INTERRUPT_VECTOR_BASE, .route = ROUTE_MESSAGE, .task = NUMBER_UART,
     .channel = CHANNEL_INTERRUPTS},
};
const struct system_port system_ports[] = {{UART_PORT_BASE, 8}};

/* The ceiling is high's level. */
const struct system_lock system_locks[] = {
    [WORKER_INHERITING] = {9 - PRIORITY_HIGH, LOCK_INHERITANCE, .partition = 0},
    [WORKER_CEILING] = {9 - PRIORITY_HIGH, LOCK_CEILING, .partition = 0},
    [WORKER_OTHER] = {9 - PRIORITY_HIGH, LOCK_INHERITANCE, .partition = 0},
};
const struct system_window system_windows[1];
