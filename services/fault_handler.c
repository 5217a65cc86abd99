#include "fault_handler.h"

#include "fault_report.h"
#include "flow_facts.h"
#include "numbers.h"
#include "print.h"
#include "system_call_stubs.h"

void fault_handler_main(void) {
  FOREVER {
    uint32_t fault[4];
    int32_t number = ask_receive(FAULTS_CHANNEL, 0, fault);
    if (number <= 0 || number >= NUMBERS || charges[number].name == 0) {
      continue;
    }
    const struct charge *charge = &charges[number];
    print_fault_report(charge->slot, charge->name);
    print_text("*** Task ");
    print_text(charge->name);
    print_text(charge->restart ? " is restarted.\n" : " is stopped.\n");
    if (charge->restart) {
      ask_restart(charge->slot);
    } else {
      ask_stop(charge->slot);
    }
  }
}
