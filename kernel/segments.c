#include "segments.h"

#include <stdint.h>

#include "table_pointer.h"

/* A segment descriptor; the processor's layout, hence the torn fields. The processor reads one faster that lies in two words. */
struct __attribute__((aligned(8))) descriptor {
  uint16_t limit_15_0;
  uint16_t base_15_0;
  uint8_t base_23_16;
  uint8_t access;
  uint8_t flags_limit_19_16;
  uint8_t base_31_24;
};

enum {
  ACCESS_PRESENT = 0x80,
  ACCESS_CODE_OR_DATA = 0x10,
  ACCESS_CODE = 0x08,
  ACCESS_READ_OR_WRITE = 0x02,
  /* Set beforehand: the processor would set it on the first load, in a table that is never written. */
  ACCESS_ACCESSED = 0x01,
  FLAGS_PAGES_32_BIT = 0xC0,
};

#define FLAT_SEGMENT(kind)                                                                        \
  {                                                                                               \
    .limit_15_0 = 0xFFFF,                                                                         \
    .access = ACCESS_PRESENT | ACCESS_CODE_OR_DATA | ACCESS_READ_OR_WRITE | ACCESS_ACCESSED | (kind), \
    .flags_limit_19_16 = FLAGS_PAGES_32_BIT | 0x0F,                                               \
  }

static const struct descriptor global_descriptors[] = {
    [SELECTOR_CODE / 8] = FLAT_SEGMENT(ACCESS_CODE),
    [SELECTOR_DATA / 8] = FLAT_SEGMENT(0),
};

void segments_set_up(void) {
  const struct table_pointer pointer = {sizeof global_descriptors - 1, (uint32_t)global_descriptors};
  __asm__ volatile(
      "lgdt %0\n\t"
      "ljmp %1, $1f\n"
      "1:\n\t"
      "movw %w2, %%ds\n\t"
      "movw %w2, %%es\n\t"
      "movw %w2, %%fs\n\t"
      "movw %w2, %%gs\n\t"
      "movw %w2, %%ss"
      :
      : "m"(pointer), "i"(SELECTOR_CODE), "r"(SELECTOR_DATA)
      : "memory");
}
