#include "double_fault.h"

#include <stdint.h>

#include "panic.h"
#include "segments.h"

enum { STACK_WORDS = 96 };

/* The processor's layout; double_fault.c's own copy, for the room behind it is not needed here. */
static struct {
  uint32_t link;
  uint32_t inner_stacks[6];
  uint32_t cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
  uint32_t es, cs, ss, ds, fs, gs, ldt;
  uint16_t trap, map_offset;
} state;

static uint32_t stack[STACK_WORDS];

static _Noreturn void double_fault(void) {
  panic("double fault");
}

void double_fault_set_up(void) {
  state.eip = (uint32_t)double_fault;
  state.eflags = 2;
  state.esp = (uint32_t)&stack[STACK_WORDS];
  state.cs = SELECTOR_KERNEL_CODE;
  state.ss = SELECTOR_KERNEL_DATA;
  state.ds = SELECTOR_KERNEL_DATA;
  state.es = SELECTOR_KERNEL_DATA;
  state.map_offset = sizeof state;
  segments_describe(SELECTOR_DOUBLE_FAULT, (uint32_t)&state, sizeof state);
}
