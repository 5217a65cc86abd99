/* Memory that processes give and lend each other, by capability. What may be reached is protection.h's to enforce. */
#ifndef REGIONS_H
#define REGIONS_H

#include "capability.h"
#include "process.h"

/* The process has its reply: what it lent for the length of the call is its own again. */
static inline void region_lease_ends(struct process *lender) {
  if (lender->lent != 0) {
    capability_revoke_at(lender->lent - 1);
    lender->lent = 0;
  }
}

#endif
