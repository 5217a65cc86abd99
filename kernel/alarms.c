#include "alarms.h"

struct tournament alarms_pending;

void alarms_set_up(void) {
  tournament_set_up(&alarms_pending);
}

void alarm_set(struct process *process, uint64_t time) {
  uint8_t number = process_number(process);
  process->alarm_is_due = true;
  tournament_change(&alarms_pending, number, time << 8 | number);
}

void alarm_clear(uint8_t number) {
  tournament_change(&alarms_pending, number, TOURNAMENT_ABSENT);
}
