#include "hello_system.h"

#include "print.h"

void hello_main(void);

void hello_main(void) {
  print_text("Hello from ring 3, I am task ");
  print_decimal(TASK_NUMBER);
  print_text(".\n");
  next_period();
}
