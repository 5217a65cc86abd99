#include "ready_set.h"

struct tournament scheduler_ready;

uint64_t scheduler_turn;

void scheduler_set_up(void) {
  tournament_set_up(&scheduler_ready);
}

void scheduler_open(uint8_t partitions) {
  tournament_open(&scheduler_ready, partitions);
}
