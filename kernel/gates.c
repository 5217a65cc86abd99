#include "gates.h"

#include <stdint.h>

#include "flow_facts.h"
#include "segments.h"
#include "table_pointer.h"
#include "vectors.h"

/* The processor reads one faster that lies in two words. */
struct __attribute__((aligned(8))) gate {
  uint16_t offset_15_0;
  uint16_t selector;
  uint8_t reserved;
  uint8_t access;
  uint16_t offset_31_16;
};

enum { GATE_PRESENT_INTERRUPT_32 = 0x8E };

extern const uint32_t vector_entries[VECTOR_COUNT];

/* Written once, here; built at run time because no relocation splits an address into halves. */
static struct gate gates[VECTOR_COUNT];

void gates_set_up(void) {
  BOUNDED_LOOP(VECTOR_COUNT, for (uint32_t vector = 0; vector < VECTOR_COUNT; vector++)) {
    gates[vector] = (struct gate){
        .offset_15_0 = (uint16_t)vector_entries[vector],
        .selector = SELECTOR_CODE,
        .access = GATE_PRESENT_INTERRUPT_32,
        .offset_31_16 = (uint16_t)(vector_entries[vector] >> 16),
    };
  }
  const struct table_pointer pointer = {sizeof gates - 1, (uint32_t)gates};
  __asm__ volatile("lidt %0" : : "m"(pointer));
}
