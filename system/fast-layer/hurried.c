/* Is in the layer most of the time, and its jobs end when their budget does, wherever they are. The next begins in ring 3. */
#include "hurried_system.h"

#include "flow_facts.h"

void hurried_main(void);

struct hurry {
  uint32_t jobs, in_ring_1, next, wrong;
};

void hurried_main(void) {
  volatile struct hurry *hurry = RESULTS;
  uint32_t code, stack;
  __asm__ volatile("movl %%cs, %0\n\tmovl %%ss, %1" : "=r"(code), "=r"(stack));
  hurry->jobs++;
  hurry->in_ring_1 += (code & 3) != 3 || (stack & 3) != 3;
  /* So that the end comes now here, now there. */
  BOUNDED_LOOP(64, for (uint32_t i = hurry->jobs % 64; i > 0; i--)) {
    __asm__ volatile("");
  }
  FOREVER {
    uint32_t words[4] = {hurry->next, 0, 0, 0};
    own_send(words);
    if (own_receive(words)) {
      /* What was put in before it was counted comes again. */
      hurry->wrong += words[0] != hurry->next && words[0] + 1 != hurry->next;
      hurry->next = words[0] + 1;
    }
  }
}
