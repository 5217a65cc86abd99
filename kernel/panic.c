#include "panic.h"

#include "contexts.h"
#include "memory_map.h"
#include "print.h"
#include "processor.h"

_Noreturn static void halt(void) {
  print_text("\n*** Halted.\n");
  *(volatile uint32_t *)(CONTEXT_STORE_BASE + CONTEXTS_CONTROL) = 0;
  halt_for_good();
}

void panic(const char *what) {
  interrupts_off();
  print_text("\n*** Kernel: ");
  print_text(what);
  halt();
}

void kernel_exception(const struct frame *frame) {
  print_text("\n*** Exception ");
  print_decimal(frame->vector);
  print_text(" in the kernel\n  eip ");
  print_hex(frame->eip, 8);
  print_text("  error ");
  print_hex(frame->error, 8);
  print_text("  cr2 ");
  print_hex(read_cr2(), 8);
  halt();
}
