#include "panic.h"

#include "print.h"
#include "processor.h"

void panic(const char *what) {
  interrupts_off();
  print_text("\n*** Kernel: ");
  print_text(what);
  print_text("\n*** Halted.\n");
  halt_for_good();
}
