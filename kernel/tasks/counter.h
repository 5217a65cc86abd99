/* Tasks that only count: what they have reached shows that they run, and for how long compared with each other. */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdint.h>

extern volatile uint32_t counter_a;
extern volatile uint32_t counter_b;

void counter_a_main(void);
void counter_b_main(void);

#endif
