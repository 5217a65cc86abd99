/*
 * Reports the faults of other tasks on the serial line, in the form that docs/kernel.md describes, and restarts or stops
 * who had one.
 */
#ifndef FAULT_HANDLER_H
#define FAULT_HANDLER_H

#include <stdbool.h>
#include <stdint.h>

#include "numbers.h"

/* Who is looked after, by number; others have no name. */
struct charge {
  const char *name;
  uint8_t slot;
  bool restart;
};
extern const struct charge charges[NUMBERS];

void fault_handler_main(void);

#endif
