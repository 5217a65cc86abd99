/* Takes about so long, if nobody comes between. */
#ifndef WORK_H
#define WORK_H

#include <stdint.h>

#include "flow_facts.h"

static inline void work(uint32_t milliseconds) {
  enum { ROUNDS_IN_A_MILLISECOND = 2500 };
  for (volatile uint32_t round = 0; round < milliseconds * ROUNDS_IN_A_MILLISECOND; round++) {
  }
}

#endif
