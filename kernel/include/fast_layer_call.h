/*
 * The fast IPC layer, from a process's side: a far call through a gate into ring 1 (fast_layer.S), by the row that the system's
 * description gives the process. Words go in registers, in both directions: the layer reads none of the process's memory.
 */
#ifndef FAST_LAYER_CALL_H
#define FAST_LAYER_CALL_H

#define SELECTOR_FAST_LAYER 0x4B

#ifndef __ASSEMBLER__

#include <stdint.h>

/* What EAX answers: a refusal is negative. */
static inline int32_t fast_layer_call(uint32_t row, uint32_t words[4]) {
  int32_t result;
  /* EBP may be the compiler's frame pointer: the fourth word gets there, and away, by ECX. */
  __asm__ volatile(
      "pushl %%ebp\n\t"
      "movl %%ecx, %%ebp\n\t"
      "lcall %6, $0\n\t"
      "movl %%ebp, %%ecx\n\t"
      "popl %%ebp"
      : "=a"(result), "+b"(words[0]), "+S"(words[1]), "+D"(words[2]), "+c"(words[3])
      : "0"(row), "i"(SELECTOR_FAST_LAYER)
      : "edx", "memory", "cc");
  return result;
}

#endif
#endif
