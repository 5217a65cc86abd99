/*
 * Memory that processes give and lend each other, by capability. A region is open to a process as far as its capability allows
 * reading, writing or executing: those of the description from the start, others as long as the capability is valid. Whatever
 * makes a copy void closes what it opened, at once.
 *
 * So that this has a bound, a process has one region copied at a time, and the copy has no copies.
 */
#ifndef REGIONS_H
#define REGIONS_H

#include "capability.h"
#include "process.h"
#include "protection.h"

enum { NO_PLACE = 0xFFFF };

/* By a capability's place in the pool. */
struct opened {
  uint16_t region;  /* of its process, that it opens; PROTECTION_NO_REGION: none */
  uint16_t initial; /* that of the description */
  uint16_t copy;    /* the place of its copy; NO_PLACE: none */
};
extern struct opened opened_regions[SYSTEM_CAPABILITY_SLOTS];

void regions_set_up(void);

/* Whether the receiver may get a copy of the owner's capability at `place`, which is a region's: 0 or a refusal. */
int32_t region_may_be_copied(const struct process *owner, uint16_t place, const struct process *receiver);

/* The same for one that moves. */
int32_t region_may_be_moved(const struct process *receiver);

/* It is copied: the receiver's capability at `to` opens it as its rights say. */
void region_is_copied(uint16_t place, const struct process *receiver, uint16_t to, uint16_t region, uint32_t rights);

/* It has moved. */
void region_has_moved(uint16_t place, const struct process *receiver, uint16_t to, uint16_t region, uint32_t rights);

/* What it opened is closed. */
static inline void region_close(struct opened *at) {
  if (at->region != PROTECTION_NO_REGION) {
    protection_close(at->region);
    at->region = PROTECTION_NO_REGION;
  }
}

/* All copies of the capability are void. Of capabilities that are no region's there is nothing to close. */
static inline void region_copies_are_void(uint16_t place) {
  struct opened *at = &opened_regions[place];
  if (at->copy != NO_PLACE) {
    region_close(&opened_regions[at->copy]);
    at->copy = NO_PLACE;
  }
}

/* The capability itself is about to be given up, and its copies void. */
void region_is_discarded(uint16_t place);

/* What a process has copied is in its row: one more than the place, and whether the copy outlives the next call. */
enum { LENT_FOR_LONGER = 0x8000 };
static inline uint16_t region_lent(const struct process *process) {
  return (uint16_t)((process->lent & ~LENT_FOR_LONGER) - 1);
}

/* Whether the process has the regions of its description and no others: else it cannot be made anew. */
static inline bool regions_are_as_described(const struct process *process) {
  return protection_open_regions[process_number(process)] == (1 << process->task->grants) - 1;
}

/* It is made anew: what it lent is its own again. */
static inline void regions_take_back(struct process *process) {
  if (process->lent != 0) {
    region_copies_are_void(region_lent(process));
    process->lent = 0;
  }
}

/* The process has its reply: what it lent for the length of the call is its own again. */
static inline void region_lease_ends(struct process *lender) {
  if (lender->lent != 0 && (lender->lent & LENT_FOR_LONGER) == 0) {
    uint16_t place = lender->lent - 1;
    lender->lent = 0;
    capability_revoke_at(place);
    region_copies_are_void(place);
  }
}

#endif
