#include "ram_check.h"

#include "flow_facts.h"

enum { WORD_BYTES = 4, ADDRESS_LINES_MAX = 19 };

/*
 * Complements the word at `changed`, reads the one at `seen`, and complements the first again. In one piece, without a
 * stack access of the compiler's in between: the word may be part of the stack.
 */
static inline uint32_t read_while_complemented(uint32_t changed, uint32_t seen) {
  uint32_t value;
  __asm__ volatile(
      "notl (%1)\n\t"
      "movl (%2), %0\n\t"
      "notl (%1)"
      : "=&r"(value)
      : "r"(changed), "r"(seen)
      : "memory", "cc");
  return value;
}

static inline uint32_t word_at(uint32_t address) {
  uint32_t value;
  __asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(address) : "memory");
  return value;
}

/* Two addresses that differ in one line must be two words: changing the upper must leave the lowest alone. */
static struct ram_fault check_address_lines(uint32_t base, uint32_t bytes) {
  BOUNDED_LOOP(ADDRESS_LINES_MAX, for (uint32_t distance = WORD_BYTES; distance < bytes; distance *= 2)) {
    uint32_t lowest = word_at(base);
    uint32_t seen = read_while_complemented(base + distance, base);
    if (seen != lowest) {
      return (struct ram_fault){.found = true, .addressing = true, .address = base + distance, .wrong_bits = seen ^ lowest};
    }
  }
  return (struct ram_fault){.found = false};
}

/* Every bit must be readable as it is and as its complement. */
static struct ram_fault check_words(uint32_t base, uint32_t bytes) {
  BOUNDED_LOOP(RAM_CHECK_BYTES_MAX / WORD_BYTES, for (uint32_t offset = 0; offset < bytes; offset += WORD_BYTES)) {
    uint32_t address = base + offset;
    uint32_t unchanged = ~(word_at(address) ^ read_while_complemented(address, address));
    if (unchanged != 0) {
      return (struct ram_fault){.found = true, .address = address, .wrong_bits = unchanged};
    }
  }
  return (struct ram_fault){.found = false};
}

struct ram_fault ram_check(uint32_t base, uint32_t bytes) {
  struct ram_fault fault = check_address_lines(base, bytes);
  return fault.found ? fault : check_words(base, bytes);
}
