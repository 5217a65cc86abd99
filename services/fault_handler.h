/*
 * Reports the faults of other tasks on the serial line, in the form that docs/kernel.md describes, and restarts or stops
 * who had one. It reads the code that was stopped, so it needs the right to.
 */
#ifndef FAULT_HANDLER_H
#define FAULT_HANDLER_H

#include <stdbool.h>
#include <stdint.h>

enum { CHARGES_MAX = 8 };

/* Who is looked after. */
struct charge {
  const char *name;
  uint8_t number; /* of the process */
  uint8_t slot;   /* of the rights to inspect it, and to restart or to stop it */
  bool restart;
};

/* Does not return. `faults`: the slot of the channel that tells of them. What others had is not reported. */
void fault_handle(uint32_t faults, const struct charge charges[], uint32_t count);

#endif
