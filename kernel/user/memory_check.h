/* Which addresses may be read without an effect: memory, but no device's registers. */
#ifndef MEMORY_CHECK_H
#define MEMORY_CHECK_H

#include <stdint.h>

struct memory_area {
  const char *name;
  uint32_t first;
  uint32_t last;
};

enum { MEMORY_AREA_COUNT = 2 };

extern const struct memory_area memory_areas[MEMORY_AREA_COUNT];

enum memory_check {
  MEMORY_READABLE,
  MEMORY_ABSENT,   /* no memory at the first address */
  MEMORY_TOO_LONG, /* memory at the first address, but it ends before the last */
};

/* Judges the `bytes` bytes from `address` on; at least one. */
enum memory_check memory_check(uint32_t address, uint32_t bytes);

#endif
