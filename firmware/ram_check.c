#include "ram_check.h"

#include "flow_facts.h"

enum { WORD_BYTES = 4, BLOCK_BYTES = 4 * WORD_BYTES, ADDRESS_LINES_MAX = 19 };

static const uint32_t ALL_BITS = 0xFFFFFFFF;

/*
 * Complements the word `changed`, reads the word `seen`, and complements the first again. In one piece, without a stack
 * access of the compiler's in between: the word may be part of the stack.
 */
static inline uint32_t read_while_complemented(uint32_t changed, uint32_t seen) {
  uint32_t value;
  __asm__ volatile(
      "notl %1\n\t"
      "movl %2, %0\n\t"
      "notl %1"
      : "=&r"(value), "+m"(*(volatile uint32_t *)changed)
      : "m"(*(const volatile uint32_t *)seen)
      : "cc");
  return value;
}

static inline uint32_t word_at(uint32_t address) {
  uint32_t value;
  __asm__ volatile("movl %1, %0" : "=r"(value) : "m"(*(const volatile uint32_t *)address));
  return value;
}

/*
 * The bits of a word that read differently while it is complemented: all of them, unless one cannot change. Only those
 * of `among`: words judged together need no more than one register. In one piece for the same reason.
 */
static inline uint32_t changing_bits(uint32_t address, uint32_t among) {
  uint32_t scratch;
  __asm__ volatile(
      "movl %2, %1\n\t"
      "notl %2\n\t"
      "xorl %2, %1\n\t"
      "notl %2\n\t"
      "andl %1, %0"
      : "+r"(among), "=&r"(scratch), "+m"(*(volatile uint32_t *)address)
      :
      : "cc");
  return among;
}

/* Two addresses that differ in one line must be two words: changing the upper must leave the lowest alone. */
static struct ram_fault check_address_lines(uint32_t base, uint32_t bytes) {
  BOUNDED_LOOP(ADDRESS_LINES_MAX, for (uint32_t distance = WORD_BYTES; distance < bytes; distance *= 2)) {
    uint32_t lowest = word_at(base);
    uint32_t seen = read_while_complemented(base + distance, base);
    if (seen != lowest) {
      return (struct ram_fault){
          .found = true, .addressing = true, .address = base + distance, .wrong_bits = seen ^ lowest};
    }
  }
  return (struct ram_fault){.found = false};
}

static struct ram_fault first_fault_of_block(uint32_t block) {
  BOUNDED_LOOP(BLOCK_BYTES / WORD_BYTES, for (uint32_t offset = 0; offset < BLOCK_BYTES; offset += WORD_BYTES)) {
    uint32_t unchanging = ~changing_bits(block + offset, ALL_BITS);
    if (unchanging != 0) {
      return (struct ram_fault){.found = true, .address = block + offset, .wrong_bits = unchanging};
    }
  }
  return (struct ram_fault){.found = false};
}

/*
 * Every bit must be readable as it is and as its complement. Four words are judged together, which takes four tenths
 * off the longest part of the boot.
 */
static struct ram_fault check_words(uint32_t base, uint32_t bytes) {
  BOUNDED_LOOP(RAM_CHECK_BYTES_MAX / BLOCK_BYTES, for (uint32_t offset = 0; offset < bytes; offset += BLOCK_BYTES)) {
    uint32_t block = base + offset;
    uint32_t changing = ALL_BITS;
    changing = changing_bits(block, changing);
    changing = changing_bits(block + 4, changing);
    changing = changing_bits(block + 8, changing);
    changing = changing_bits(block + 12, changing);
    if (changing != ALL_BITS) {
      struct ram_fault fault = first_fault_of_block(block);
      if (fault.found) {
        return fault;
      }
    }
  }
  return (struct ram_fault){.found = false};
}

struct ram_fault ram_check(uint32_t base, uint32_t bytes) {
  struct ram_fault fault = check_address_lines(base, bytes);
  return fault.found ? fault : check_words(base, bytes);
}
