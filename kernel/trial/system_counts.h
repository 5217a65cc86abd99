/* How long the tables of system_tables.c are. */
#ifndef SYSTEM_COUNTS_H
#define SYSTEM_COUNTS_H

enum {
  SYSTEM_TASKS = 10,
  SYSTEM_CHANNELS = 5,
  SYSTEM_SENDERS = 2,
  SYSTEM_LOCKS = 3,
  SYSTEM_INTERRUPTS = 1,
  SYSTEM_WINDOWS = 0,
  SYSTEM_PORTS = 1,
  SYSTEM_PORT_MAPS = 3,
  SYSTEM_CAPABILITY_SLOTS = 18 + 3 + 1 + 2 + 9,
  SYSTEM_TASK_SLOTS_MAX = 18,
};

#endif
