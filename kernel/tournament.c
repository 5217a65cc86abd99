#include "tournament.h"

#include <stddef.h>

#include "flow_facts.h"
#include "tournament_layout.h"

_Static_assert(offsetof(struct tournament, key) == 0 &&
                   offsetof(struct tournament, winner) == TOURNAMENT_WINNER &&
                   offsetof(struct tournament, of_group) == TOURNAMENT_OF_GROUP &&
                   offsetof(struct tournament, open) == TOURNAMENT_OPEN,
               "the assembler's tournament is another one");

enum { ROUNDS_ABOVE = 3, NODE_FIRST_GROUP = 8 };

void tournament_set_up(struct tournament *tournament) {
  BOUNDED_LOOP(TOURNAMENT_NUMBERS, for (uint32_t number = 0; number < TOURNAMENT_NUMBERS; number++)) {
    tournament->key[number] = TOURNAMENT_ABSENT;
    tournament->winner[TOURNAMENT_NUMBERS + number] = (uint8_t)number;
  }
  tournament->key[0] = TOURNAMENT_ABSENT - 1;
  BOUNDED_LOOP(TOURNAMENT_NUMBERS, for (uint32_t node = TOURNAMENT_NUMBERS - 1; node > 0; node--)) {
    tournament->winner[node] = tournament->winner[2 * node];
  }
  tournament_open(tournament, 0xFF);
}

static uint8_t better(const struct tournament *tournament, uint8_t a, uint8_t b) {
  return tournament->key[b] < tournament->key[a] ? b : a;
}

void tournament_open(struct tournament *tournament, uint8_t groups) {
  /* Their nodes are 8 to 15. */
  tournament->open = (uint16_t)(groups << NODE_FIRST_GROUP);
  BOUNDED_LOOP(TOURNAMENT_GROUPS, for (uint32_t group = 0; group < TOURNAMENT_GROUPS; group++)) {
    tournament->of_group[group] = ((groups >> group) & 1) != 0 ? tournament->winner[NODE_FIRST_GROUP + group] : 0;
  }
  BOUNDED_LOOP(TOURNAMENT_GROUPS / 2, for (uint32_t pair = 0; pair < TOURNAMENT_GROUPS / 2; pair++)) {
    tournament->winner[NODE_FIRST_GROUP / 2 + pair] =
        better(tournament, tournament->of_group[2 * pair], tournament->of_group[2 * pair + 1]);
  }
  BOUNDED_LOOP(ROUNDS_ABOVE, for (uint32_t node = NODE_FIRST_GROUP / 2 - 1; node > 0; node--)) {
    tournament->winner[node] = better(tournament, tournament->winner[2 * node], tournament->winner[2 * node + 1]);
  }
}
