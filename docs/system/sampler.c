/* Every period a sample and its time, into the channel. */
#include "sampler_system.h"

#include "flow_facts.h"

void sampler_main(void);

static uint32_t count;

void sampler_main(void) {
  FOREVER {
    samples_send(count++, TASK_NUMBER);
    next_period();
  }
}
