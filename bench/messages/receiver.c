/* Waits for the urgent message, and takes the others with it. */
#include "receiver_system.h"

#include "flow_facts.h"

void receiver_main(void);

/* Messages that were not there, or not as they must be. */
volatile uint32_t wrong;

void receiver_main(void) {
  FOREVER {
    uint32_t urgent[4], kernels[4], direct[4], lane[4], guarded[4];
    if (urgent_receive(0, urgent) < 0 || kernels_poll(kernels) < 0 || direct_poll(direct) < 0 || !lane_receive(lane) ||
        !guarded_receive(guarded)) {
      wrong++;
      continue;
    }
    wrong += kernels[3] != 4 || direct[3] != 4 || urgent[3] != 4 || lane[3] != 4 || guarded[3] != 4;
  }
}
