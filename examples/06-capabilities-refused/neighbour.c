#include "neighbour_system.h"

#include "flow_facts.h"

void neighbour_main(void);

void neighbour_main(void) {
  FOREVER {
  }
}
