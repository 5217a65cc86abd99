#include "client_system.h"

#include "flow_facts.h"
#include "print.h"

void client_main(void);

static void divide(uint32_t a, uint32_t b) {
  uint32_t answer[4];
  if (divider_call(a, b, 0, 0, answer) < 0) {
    print_text("no answer\n");
    return;
  }
  print_decimal(a);
  print_text(" / ");
  print_decimal(b);
  if (answer[2] != 0) {
    print_text(": not possible\n");
    return;
  }
  print_text(" = ");
  print_decimal(answer[0]);
  print_text(", remainder ");
  print_decimal(answer[1]);
  print_character('\n');
}

void client_main(void) {
  divide(100, 7);
  divide(1, 0);
  divide(4096, 64);
  next_period();
}
