/* Has nothing that the layer would do for it, and calls the gate all the same. */
#include "outsider_system.h"

#include "fast_layer_call.h"
#include "flow_facts.h"

void outsider_main(void);

void outsider_main(void) {
  volatile uint32_t *results = RESULTS;
  results[0]++;
  if (results[0] == 1) {
    uint32_t words[4] = {0, 0, 0, 0};
    fast_layer_call(0, words);
    results[1]++;
  }
  next_period();
}
