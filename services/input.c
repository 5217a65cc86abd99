#include "input.h"

#include "flow_facts.h"
#include "system_call_stubs.h"

/* A message that cannot be had leaves the last one, read to its end. */
uint8_t input_byte(struct input *input, uint32_t channel) {
  FOREVER {
    uint32_t *words = input->words;
    if (input->taken < input->count) {
      uint8_t byte = (uint8_t)(words[1 + input->taken / 4] >> 8 * (input->taken % 4));
      input->taken++;
      return byte;
    }
    if (ask_receive(channel, 0, words) >= 0) {
      input->taken = 0;
      input->count = (words[0] & INPUT_COUNT_MASK) <= INPUT_BYTES_MAX ? words[0] & INPUT_COUNT_MASK : 0;
      input->lost += words[0] >> INPUT_LOST_SHIFT;
    }
  }
}

uint32_t input_lost(struct input *input) {
  uint32_t before = input->lost;
  input->lost = 0;
  return before;
}
