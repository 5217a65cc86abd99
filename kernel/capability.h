/*
 * Capabilities: unforgeable references. A process names a slot of its own table, never an object; the kernel looks up what
 * the slot refers to and what it allows.
 *
 * Copies are void as soon as what they were copied from is revoked, given up, or void itself, however many there are and
 * wherever they lie, and that takes the same time for one as for a thousand: nothing is searched. Each slot counts its
 * generations, a copy remembers its origin's, and they are compared when the copy is used. A chain of copies has a limit,
 * so that a use has a bound.
 *
 * A generation never comes back: a slot that has used them up is not copied from again.
 */
#ifndef CAPABILITY_H
#define CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include "system_tables.h"

/* Copies of copies: a use looks at each origin. */
enum { CAPABILITY_COPIES_MAX = 2 };

/* A process's own slots, in the pool of all. */
struct capability_table {
  uint16_t first, count;
};

struct capability {
  uint8_t object; /* an enum system_object; OBJECT_NONE: the slot is empty */
  uint8_t copies; /* from the original to this one */
  uint16_t index; /* among the objects of the kind */
  uint32_t rights;
  /* Of this slot: counts what made its copies void. */
  uint32_t generation;
  /* If it is a copy: where from, and that slot's generation then. */
  uint32_t origin_generation;
  uint16_t origin;
  /* The first of all these, or itself. */
  uint16_t original;
};

/* Every process gets what the system's tables give it. */
void capabilities_set_up(void);

/* The same for one process, whose slots lose what they held. */
void capabilities_give(struct capability_table table, const struct system_task *task);

/*
 * The object that the slot refers to, if it is of that kind and all those rights are there; else a refusal, which is
 * negative. The loop is in the open, so that the bound of each call knows how far it goes.
 */
int32_t capability_check(struct capability_table table, uint32_t slot, uint8_t object, uint32_t rights);

/* The slot's contents if they are valid; null and a refusal if not. */
struct capability_found {
  const struct capability *capability;
  int32_t refusal;
};
struct capability_found capability_find(struct capability_table table, uint32_t slot);

/* A copy of `slot` with those of its rights, in the empty slot `to_slot`. Each of these answers 0 or a refusal. */
int32_t capability_copy(struct capability_table table, uint32_t slot, struct capability_table to, uint32_t to_slot,
                        uint32_t rights);

/* Moves it; all copies are void. */
int32_t capability_move(struct capability_table table, uint32_t slot, struct capability_table to, uint32_t to_slot,
                        uint32_t rights);

int32_t capability_revoke(struct capability_table table, uint32_t slot);
int32_t capability_discard(struct capability_table table, uint32_t slot);

/* Where the slot lies in the pool of all. The slot must be one of the table's. */
uint16_t capability_place(struct capability_table table, uint32_t slot);

/* The place of what the slot's capability was copied from in the first place, or its own. The capability must be valid. */
uint16_t capability_original(struct capability_table table, uint32_t slot);

/* The place of what the capability at this place was copied from; its own if it is no copy. */
uint16_t capability_origin(uint16_t place);

/* The pool of all. Only capability.c looks at it, and what is in line here. */
extern struct capability capability_slots[SYSTEM_CAPABILITY_SLOTS];

static inline uint32_t capability_next_generation(uint32_t generation) {
  return generation == UINT32_MAX ? generation : generation + 1;
}

/* Makes the copies of a slot of the pool void, if generations are left. */
static inline void capability_revoke_at(uint16_t place) {
  capability_slots[place].generation = capability_next_generation(capability_slots[place].generation);
}

/* What the slot of the pool refers to, it says nothing any more about. */
static inline void capability_take_rights_at(uint16_t place) {
  capability_slots[place].rights = 0;
}

#endif
