#include "log.h"

#include "clock.h"

static struct log_entry entries[LOG_ENTRIES];
static uint32_t written;

void log_write(uint8_t who, const struct message *what) {
  struct log_entry *entry = &entries[written % LOG_ENTRIES];
  written++;
  entry->time = clock_now();
  entry->who = who;
  entry->what.words[0] = what->words[0];
  entry->what.words[1] = what->words[1];
  entry->what.words[2] = what->words[2];
  entry->what.words[3] = what->words[3];
}

uint32_t log_count(void) {
  return written;
}

const struct log_entry *log_entry(uint32_t number) {
  return number < written && written - number <= LOG_ENTRIES ? &entries[number % LOG_ENTRIES] : 0;
}
