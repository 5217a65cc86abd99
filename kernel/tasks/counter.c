#include "counter.h"

#include "flow_facts.h"

volatile uint32_t counter_a;
volatile uint32_t counter_b;

void counter_a_main(void) {
  FOREVER {
    counter_a++;
  }
}

void counter_b_main(void) {
  FOREVER {
    counter_b++;
  }
}
