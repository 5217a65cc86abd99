#include "memory_check.h"

#include "flow_facts.h"
#include "memory_map.h"

const struct memory_area memory_areas[MEMORY_AREA_COUNT] = {
    {"RAM", RAM_BASE, RAM_BASE + (RAM_SIZE - 1)},
    {"ROM", BOOT_ROM_BASE, BOOT_ROM_BASE + (BOOT_ROM_SIZE - 1)},
};

enum memory_check memory_check(uint32_t address, uint32_t bytes) {
  BOUNDED_LOOP(MEMORY_AREA_COUNT, for (uint32_t i = 0; i < MEMORY_AREA_COUNT; i++)) {
    const struct memory_area *area = &memory_areas[i];
    if (address - area->first <= area->last - area->first) {
      return bytes - 1 <= area->last - address ? MEMORY_READABLE : MEMORY_TOO_LONG;
    }
  }
  return MEMORY_ABSENT;
}
