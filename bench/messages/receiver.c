/* Waits for the urgent message, and takes the others with it. */
#include "receiver_system.h"

#include "flow_facts.h"

void receiver_main(void);

/* Messages of the three that were not alike, but for what changes between them. */
volatile uint32_t wrong;

void receiver_main(void) {
  FOREVER {
    uint32_t urgent[4], kernels[4], direct[4];
    if (urgent_receive(0, urgent) < 0 || kernels_poll(kernels) < 0 || direct_poll(direct) < 0) {
      wrong++;
      continue;
    }
    wrong += kernels[3] != 4 || direct[3] != 4 || urgent[3] != 4;
  }
}
