/* Prints what it is told, when nobody else wants the processor. */
#include "console_system.h"

#include "flow_facts.h"
#include "print.h"
#include "report.h"

void console_main(void);

static void print_motor(uint32_t turns, int32_t current_mA) {
  print_text("motor: ");
  print_decimal(turns);
  print_text(" rpm, ");
  print_text(current_mA < 0 ? "-" : "");
  print_decimal((uint32_t)(current_mA < 0 ? -current_mA : current_mA));
  print_text(" mA\n");
}

void console_main(void) {
  FOREVER {
    uint32_t report[3];
    if (report_receive(0, report) < 0) {
      continue;
    }
    if (report[0] == REPORT_MOTOR) {
      print_motor(report[1], (int32_t)report[2]);
    } else {
      print_text("the fan's driver has crashed and is restarted: ");
      print_decimal(report[1]);
      print_character('\n');
    }
  }
}
