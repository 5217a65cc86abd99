/*
 * What the system consists of, as the kernel reads it: tables that are constants of the image. system_counts.h says how
 * long each is. Both are made from a description (system/generate/tables.ts).
 */
#ifndef SYSTEM_TABLES_H
#define SYSTEM_TABLES_H

#include <stdint.h>

#include "admission.h"
#include "system_counts.h"

/* A count as a bound of a loop: it may be 0, which compilers find worth a warning. */
#define SYSTEM_COUNT(count) ((uint32_t){count})

enum system_policy { POLICY_URGENT, POLICY_EDF, POLICY_FIXED, POLICY_BACKGROUND };
enum system_action { ACTION_REPORT, ACTION_STOP_JOB, ACTION_STOP_TASK, ACTION_RESTART };
enum system_task_flag {
  TASK_SPORADIC = 1,
  TASK_COLLECTS = 2,
  TASK_STARTS_AT_BOOT = 4,
  TASK_WHEN_ADMITTED = 8,
  /* Asked in every restart: a byte's sign is told without a mask. */
  TASK_HARDWARE = 128,
};

/* All ones: a budget without a limit. */
#define SYSTEM_BUDGET_UNLIMITED UINT64_MAX

struct system_task {
  /* Cycles. The period lies between releases; of a sporadic task it is the least distance. 0: released once. */
  uint64_t period, deadline, offset;
  uint64_t budget;
  uint8_t number, policy, priority, level, flags, on_overrun, on_miss, on_fault;
  uint8_t handler;         /* the task that is told of its faults; 0: none */
  uint8_t handler_channel; /* where it is told; 255: nowhere */
  uint8_t partition;
  uint16_t images_first, images;
  uint16_t grants_first, grants;
  uint16_t capabilities_first, capabilities;
  uint16_t slots;
  uint16_t slots_first;
  uint16_t ports_first, ports;
  uint16_t admission; /* its row of system_admissions, if it needs to be admitted */
  uint16_t direct_rights_first, direct_rights;
  uint32_t stack_top;
};
extern const struct system_task system_tasks[];

enum { SYSTEM_NO_TASK = 255, SYSTEM_NO_CHANNEL = 255 };

struct system_image {
  uint32_t entry;
};
extern const struct system_image system_images[];

/* Layer: by the fast IPC layer in ring 1, in the process's stead. */
enum system_access { ACCESS_READ = 1, ACCESS_WRITE = 2, ACCESS_EXECUTE = 4, ACCESS_LAYER = 8 };
struct system_region {
  uint32_t base, bytes;
};
extern const struct system_region system_regions[];

struct system_grant {
  uint16_t region;
  uint8_t access;
};
extern const struct system_grant system_grants[];

struct system_channel {
  uint8_t receiver, senders_first, senders;
  uint8_t depth;
  uint8_t direct; /* not 0: the mailbox's, as far as there is one */
};
extern const struct system_channel system_channels[];

struct system_sender {
  uint8_t task, credit;
};
extern const struct system_sender system_senders[];

/* What a task may do in a direct channel: receive if it is the receiver, and send if it has credit. */
struct system_direct_right {
  uint16_t slot; /* of its capability */
  uint8_t channel, credit;
};
extern const struct system_direct_right system_direct_rights[];

enum system_object {
  OBJECT_NONE,
  OBJECT_CHANNEL,
  OBJECT_REGION,
  OBJECT_INTERRUPT,
  OBJECT_PROCESS,
  OBJECT_PARTITION,
  OBJECT_CLOCK,
  OBJECT_LOG,
  OBJECT_LOCK,
  OBJECT_LANE,
};
struct system_capability {
  uint8_t object;
  uint16_t index;
  uint32_t rights;
};
extern const struct system_capability system_capabilities[];

enum system_right {
  RIGHT_COPY = 1 << 0,
  RIGHT_REVOKE = 1 << 1,
  RIGHT_SEND = 1 << 2,
  RIGHT_RECEIVE = 1 << 3,
  RIGHT_READ = 1 << 4,
  RIGHT_WRITE = 1 << 5,
  RIGHT_EXECUTE = 1 << 6,
  RIGHT_GRANT = 1 << 7,
  RIGHT_LEND = 1 << 8,
  RIGHT_HANDLE = 1 << 9,
  RIGHT_CALL = 1 << 10,
  RIGHT_REPLY = 1 << 11,
  RIGHT_NOTIFY = 1 << 12,
  RIGHT_START = 1 << 13,
  RIGHT_STOP = 1 << 14,
  RIGHT_RESTART = 1 << 15,
  RIGHT_INSPECT = 1 << 16,
  RIGHT_HANDLE_FAULTS = 1 << 17,
  RIGHT_CREATE = 1 << 18,
  RIGHT_ADMIT = 1 << 19,
  RIGHT_ADMIT_INTO = 1 << 20,
  RIGHT_SCHEDULE = 1 << 21,
  RIGHT_READ_TIME = 1 << 22,
  RIGHT_SET_ALARM = 1 << 23,
  RIGHT_WRITE_LOG = 1 << 24,
  RIGHT_READ_LOG = 1 << 25,
  RIGHT_ACQUIRE = 1 << 26,
};

enum system_lock_protocol { LOCK_CEILING, LOCK_INHERITANCE };
struct system_lock {
  uint8_t ceiling; /* preemption level */
  uint8_t protocol;
  uint8_t partition;
};
extern const struct system_lock system_locks[];

enum system_interrupt_route { ROUTE_MESSAGE, ROUTE_RELEASE };
struct system_interrupt {
  uint8_t line, route, task, channel;
};
extern const struct system_interrupt system_interrupts[];

struct system_window {
  uint8_t partitions;
  uint32_t cycles;
};
extern const struct system_window system_windows[];

struct system_port {
  uint16_t first, count;
};
extern const struct system_port system_ports[];

/* What the fast IPC layer does for a process, by the number that it names. */
struct system_layer_row {
  uint32_t operation; /* FAST_LAYER_PUT and so on */
  uint32_t where;     /* a lane's address; a register of the mailbox's */
  uint32_t slots;     /* of a lane, a power of two */
  uint32_t padding;
};
extern const struct system_layer_row system_layer_rows[];

struct system_layer_client {
  uint8_t task;
  uint16_t rows_first, rows;
};
extern const struct system_layer_client system_layer_clients[];

/*
 * What has deadlines: in each set of partitions that get the processor together, EDF by deadline, then fixed priorities, the
 * highest first. `supply`: what the set gets of the processor; null: all of it.
 */
struct system_admission {
  const struct admission_supply *supply;
  struct admission_task row;
  uint8_t task, set, policy;
};
extern const struct system_admission system_admissions[];

#endif
