/*
 * The smallest of 256 keys, known at any time; changing one takes the same eight steps whichever it is.
 *
 * A knock-out tournament: a leaf for each number, each node the number that won against its neighbour, the root the winner
 * of all. A key that changes is played up from its leaf. Keys that are equal would make the winner depend on history, so
 * they must not be, except those that are ABSENT; number 0's is the largest but that, and never changes.
 *
 * Numbers come in groups of 32. A group that is closed takes no part above its own last round.
 */
#ifndef TOURNAMENT_H
#define TOURNAMENT_H

#include <stdint.h>

enum { TOURNAMENT_NUMBERS = 256, TOURNAMENT_GROUPS = 8, TOURNAMENT_NUMBERS_IN_GROUP = 32 };

#define TOURNAMENT_ABSENT UINT64_MAX

struct tournament {
  uint64_t key[TOURNAMENT_NUMBERS];
  /* Node n's children are 2n and 2n+1; the root is 1; the leaf of number i is 256 + i. */
  uint8_t winner[2 * TOURNAMENT_NUMBERS];
  /* The groups' winners, as far as they are open: else number 0. */
  uint8_t of_group[TOURNAMENT_GROUPS];
  /* Bit 8 + g: group g is open. */
  uint16_t open;
};

/* Every number absent but number 0; every group open. */
void tournament_set_up(struct tournament *tournament);

void tournament_change(struct tournament *tournament, uint8_t number, uint64_t key);

/* Opens the groups of the set and closes the others. */
void tournament_open(struct tournament *tournament, uint8_t groups);

static inline uint8_t tournament_winner(const struct tournament *tournament) {
  return tournament->winner[1];
}

#endif
