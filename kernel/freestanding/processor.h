/* Processor instructions that C has no words for. */
#ifndef PROCESSOR_H
#define PROCESSOR_H

#include <stdint.h>

#include "flow_facts.h"

enum { EFLAGS_INTERRUPT = 1 << 9 };

static inline void interrupts_off(void) {
  __asm__ volatile("cli" : : : "memory");
}

static inline void interrupts_on(void) {
  __asm__ volatile("sti" : : : "memory");
}

/* Sleeps until an interrupt; sleeps for ever if interrupts are off. */
static inline void wait_for_interrupt(void) {
  __asm__ volatile("hlt" : : : "memory");
}

static inline uint32_t read_cr2(void) {
  uint32_t value;
  __asm__ volatile("movl %%cr2, %0" : "=r"(value));
  return value;
}

static inline void load_task_register(uint16_t selector) {
  __asm__ volatile("ltr %w0" : : "r"(selector) : "memory");
}

static inline void write_model_specific_register(uint32_t number, uint32_t value) {
  __asm__ volatile("wrmsr" : : "c"(number), "a"(value), "d"(0) : "memory");
}

_Noreturn static inline void halt_for_good(void) {
  interrupts_off();
  FOREVER {
    wait_for_interrupt();
  }
}

#endif
