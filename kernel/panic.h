/*
 * The kernel's own claims. A claim that does not hold means that the kernel's state cannot be trusted: the machine
 * says which one, and halts.
 */
#ifndef PANIC_H
#define PANIC_H

#include "frame.h"

_Noreturn void panic(const char *what);

/* An exception in ring 0. */
_Noreturn void kernel_exception(const struct frame *frame);

#define CLAIM(condition)                          \
  do {                                            \
    if (!(condition)) {                           \
      panic("claim broken: " #condition);         \
    }                                             \
  } while (0)

#endif
