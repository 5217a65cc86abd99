#include "logger_system.h"

#include "flow_facts.h"
#include "print.h"

void logger_main(void);

void logger_main(void) {
  uint32_t sum = 0;
  FOREVER {
    uint32_t reading[2];
    if (readings_receive(0, reading) < 0) {
      continue;
    }
    sum += reading[1];
    print_text("reading ");
    print_decimal(reading[0]);
    print_text(", squares so far ");
    print_decimal(sum);
    print_character('\n');
  }
}
