#include "logger_system.h"

#include "flow_facts.h"
#include "print.h"

void logger_main(void);

enum { READINGS_MAX = 16 };

void logger_main(void) {
  FOREVER {
    uint32_t reading[2];
    BOUNDED_LOOP(READINGS_MAX, while (readings_poll(reading) >= 0)) {
      print_decimal(reading[0]);
      print_text(" squared is ");
      print_decimal(reading[1]);
      print_character('\n');
    }
    print_text("There is no more.\n");
    next_period();
  }
}
