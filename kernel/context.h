/* Switching the processor from one task's stack to another's. Both sides run kernel code with interrupts off. */
#ifndef CONTEXT_H
#define CONTEXT_H

#include <stdint.h>

/* What a task that is not running has on top of its stack: what C code expects to keep over a call, and where to go. */
struct context {
  uint32_t edi, esi, ebx, ebp;
  void (*resume)(void);
};

/* The stack of a task that has not run yet: it starts in begin_task, which returns into `entry`. */
struct first_context {
  struct context context;
  void (*entry)(void);
  uint32_t no_return_address;
};

/* Leaves the running context on its stack, its place in *from, and continues with `to`. Returns when switched back. */
void switch_context(struct context **from, struct context *to);

/* The first instructions of every task. Not to be called. */
void begin_task(void);

#endif
