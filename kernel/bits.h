/* Sets of numbers in a word. */
#ifndef BITS_H
#define BITS_H

#include <stdint.h>

/* The smallest number of the set, which must not be empty. */
static inline uint32_t lowest_bit(uint32_t set) {
  uint32_t index;
  __asm__("bsfl %1, %0" : "=r"(index) : "rm"(set) : "cc");
  return index;
}

#endif
