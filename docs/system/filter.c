/* Smooths the samples, with a weight from the table. */
#include "filter_system.h"

#include "flow_facts.h"

void filter_main(void);

static int32_t smooth = 1;

void filter_main(void) {
  FOREVER {
    uint32_t sample[2];
    if (samples_poll(sample) >= 0) {
      state_lock();
      uint32_t weight = *(const volatile uint32_t *)TABLE;
      state_unlock();
      smooth += ((int32_t)sample[0] - smooth) >> (weight & 7);
    }
    next_period();
  }
}
