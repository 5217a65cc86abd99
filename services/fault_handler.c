#include "fault_handler.h"

#include "fault_report.h"
#include "flow_facts.h"
#include "print.h"
#include "system_call_stubs.h"

static void handle(const struct charge *charge) {
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

void fault_handle(uint32_t faults, const struct charge charges[], uint32_t count) {
  FOREVER {
    uint32_t fault[4];
    int32_t number = ask_receive(faults, 0, fault);
    BOUNDED_LOOP(CHARGES_MAX, for (uint32_t i = 0; i < count; i++)) {
      if (number == charges[i].number) {
        handle(&charges[i]);
      }
    }
  }
}
