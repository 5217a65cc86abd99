/* Sends four words by each of its channels, at random distances, over and over. Each way is a function, to be measured. */
#include "sender_system.h"

#include "flow_facts.h"

void sender_main(void);
int32_t send_direct(const uint32_t words[4]);
int32_t send_by_kernel(const uint32_t words[4]);
int32_t put_into_lane(const uint32_t words[4]);
int32_t put_by_layer(const uint32_t words[4]);
int32_t send_to_waiting(const uint32_t words[4]);

/* How often a send was refused, by any. */
volatile uint32_t refused;

__attribute__((noinline)) int32_t send_direct(const uint32_t words[4]) {
  return direct_send(words[0], words[1], words[2], words[3]);
}

__attribute__((noinline)) int32_t send_by_kernel(const uint32_t words[4]) {
  return kernels_send(words[0], words[1], words[2], words[3]);
}

__attribute__((noinline)) int32_t put_into_lane(const uint32_t words[4]) {
  return lane_send(words) ? RESULT_OK : REFUSED_FULL;
}

__attribute__((noinline)) int32_t put_by_layer(const uint32_t words[4]) {
  return guarded_send(words) ? RESULT_OK : REFUSED_FULL;
}

__attribute__((noinline)) int32_t send_to_waiting(const uint32_t words[4]) {
  return urgent_send(words[0], words[1], words[2], words[3]);
}

/* An LFSR of 16 bits decides how long. */
static uint32_t pause(uint32_t state) {
  uint32_t next = state >> 1 ^ ((state & 1) != 0 ? 0xB400u : 0);
  BOUNDED_LOOP(64, for (uint32_t i = next & 63; i > 0; i--)) {
    __asm__ volatile("");
  }
  return next;
}

void sender_main(void) {
  uint32_t words[4] = {0xACE1, 2, 3, 4};
  FOREVER {
    words[0] = pause(words[0]);
    refused += send_direct(words) < 0;
    words[0] = pause(words[0]);
    refused += send_by_kernel(words) < 0;
    words[0] = pause(words[0]);
    refused += put_into_lane(words) < 0;
    words[0] = pause(words[0]);
    refused += put_by_layer(words) < 0;
    words[0] = pause(words[0]);
    refused += send_to_waiting(words) < 0;
  }
}
