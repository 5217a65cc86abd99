#include "greedy_system.h"

#include "flow_facts.h"

void greedy_main(void);

void greedy_main(void) {
  FOREVER {
  }
}
