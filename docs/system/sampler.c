/* Every period a sample, and who took it, into the channel. */
#include "sampler_system.h"

#include "flow_facts.h"

void sampler_main(void);
void sampler_job(void);

static uint32_t count;

__attribute__((noinline)) void sampler_job(void) {
  samples_send(count++, TASK_NUMBER);
  next_period();
}

void sampler_main(void) {
  FOREVER {
    sampler_job();
  }
}
