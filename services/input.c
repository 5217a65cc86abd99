#include "input.h"

#include "flow_facts.h"
#include "numbers.h"
#include "system_call_stubs.h"

/* The message that is being read: its words, how many bytes it has, how many of them have been taken. */
static uint32_t words[4];
static uint32_t count;
static uint32_t taken;

static uint32_t lost;

/* A message that cannot be had leaves the last one, read to its end. */
uint8_t input_byte(void) {
  FOREVER {
    if (taken < count) {
      uint8_t byte = (uint8_t)(words[1 + taken / 4] >> 8 * (taken % 4));
      taken++;
      return byte;
    }
    if (ask_receive(INPUT_CHANNEL, 0, words) >= 0) {
      taken = 0;
      count = (words[0] & INPUT_COUNT_MASK) <= INPUT_BYTES_MAX ? words[0] & INPUT_COUNT_MASK : 0;
      lost += words[0] >> INPUT_LOST_SHIFT;
    }
  }
}

uint32_t input_lost(void) {
  uint32_t before = lost;
  lost = 0;
  return before;
}
