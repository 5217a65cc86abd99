/*
 * What lies on the stack when C code begins to handle an exception or an interrupt: pushed by the processor (from the
 * end of the structure), then by vector_entries.S. Everything is ring 0, so neither SS:ESP nor the data segments change
 * and neither is saved.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>

struct frame {
  /* PUSHA, the last pushed first. */
  uint32_t edi, esi, ebp, esp_in_stub, ebx, edx, ecx, eax;
  /* The stub of the vector; `error` is 0 where the processor pushes none. */
  uint32_t vector, error;
  /* The processor. */
  uint32_t eip, cs, eflags;
};

/* Where ESP was when the frame began. */
static inline uint32_t frame_esp(const struct frame *frame) {
  return (uint32_t)(frame + 1);
}

#endif
