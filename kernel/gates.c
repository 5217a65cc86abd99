#include "gates.h"

#include <stdint.h>

#include "at_boot.h"
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

enum { GATE_PRESENT = 0x80, GATE_INTERRUPT_32 = 0x0E, GATE_TASK = 0x05, GATE_FROM_RING_3 = 0x60 };

extern const uint32_t vector_entries[VECTOR_ENTRIES];
extern void system_call_by_interrupt(void);

/* Written once, here; built at run time because no relocation splits an address into halves. */
static struct gate gates[VECTOR_COUNT];

static void lead(uint32_t vector, uint32_t entry, uint8_t access) {
  gates[vector] = (struct gate){
      .offset_15_0 = (uint16_t)entry,
      .selector = SELECTOR_KERNEL_CODE,
      .access = (uint8_t)(GATE_PRESENT | GATE_INTERRUPT_32 | access),
      .offset_31_16 = (uint16_t)(entry >> 16),
  };
}

/* What a process may ask for by an instruction of its own: a breakpoint, a check for overflow, a system call. */
static uint8_t access_to(uint32_t vector) {
  return vector == VECTOR_BREAKPOINT || vector == VECTOR_OVERFLOW ? GATE_FROM_RING_3 : 0;
}

AT_BOOT void gates_set_up(void) {
  BOUNDED_LOOP(VECTOR_ENTRIES, for (uint32_t vector = 0; vector < VECTOR_ENTRIES; vector++)) {
    lead(vector, vector_entries[vector], access_to(vector));
  }
  lead(VECTOR_SYSTEM_CALL, (uint32_t)system_call_by_interrupt, GATE_FROM_RING_3);
  gates[VECTOR_DOUBLE_FAULT] = (struct gate){.selector = SELECTOR_DOUBLE_FAULT, .access = GATE_PRESENT | GATE_TASK};
  const struct table_pointer pointer = {sizeof gates - 1, (uint32_t)gates};
  __asm__ volatile("lidt %0" : : "m"(pointer));
}
