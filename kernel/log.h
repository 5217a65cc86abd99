/* The kernel's log: what went wrong and what processes have to say, each with the time. The oldest entry gives way. */
#ifndef LOG_H
#define LOG_H

#include <stdint.h>

#include "channels.h"

enum { LOG_ENTRIES = 32 };

struct log_entry {
  uint64_t time;
  uint32_t who;
  struct message what;
};

void log_write(uint8_t who, const struct message *what);

/* By its number since the start; null if it is not there yet (`number` is then not below log_count) or no longer. */
const struct log_entry *log_entry(uint32_t number);

/* How many have been written. */
uint32_t log_count(void);

#endif
