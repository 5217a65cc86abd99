/*
 * What memory the running process may reach. Where the machine has no protection unit this is all there is of it: processes
 * run in ring 3, so that privileged instructions and ports are kept from them, and share one flat address space.
 */
#ifndef PROTECTION_H
#define PROTECTION_H

#include "process.h"

/* From here on, the process's regions. */
static inline void protection_enter(const struct process *process) {
  (void)process;
}

#endif
