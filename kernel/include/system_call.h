/*
 * How a process asks the kernel: the only header of the kernel's that a process's code needs. What may be asked is in
 * system_call_numbers.h, which is generated from kernel/system-calls.ts; docs/kernel.md is the manual.
 */
#ifndef SYSTEM_CALL_H
#define SYSTEM_CALL_H

#include <stdint.h>

#include "system_call_numbers.h"

/*
 * The call `number` on the capability in `slot` (0 where the call needs none). `words` are its arguments, then its results.
 * Answers what EAX has: negative if the call was refused (REFUSED_…).
 */
static inline int32_t system_call_words(uint32_t number, uint32_t slot, uint32_t words[4]) {
  int32_t result;
  /* EBP may be the compiler's frame pointer: the fourth word gets there, and away, by ECX. */
  __asm__ volatile(
      "pushl %%ebp\n\t"
      "movl %%ecx, %%ebp\n\t"
      "movl %%esp, %%ecx\n\t"
      "movl $1f, %%edx\n\t"
      "sysenter\n"
      "1:\tmovl %%ebp, %%ecx\n\t"
      "popl %%ebp"
      : "=a"(result), "+b"(words[0]), "+S"(words[1]), "+D"(words[2]), "+c"(words[3])
      : "0"(number | slot << CALL_SLOT_SHIFT)
      : "edx", "memory", "cc");
  return result;
}

/* The same where the results besides EAX do not matter. */
static inline int32_t system_call(uint32_t number, uint32_t slot, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  uint32_t words[4] = {a, b, c, d};
  return system_call_words(number, slot, words);
}

#endif
