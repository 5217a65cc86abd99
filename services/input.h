/*
 * What the UART's driver sends on: how many bytes, and in the upper half how many were lost before them; then the bytes,
 * four to a word.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdint.h>

enum { INPUT_BYTES_MAX = 12, INPUT_COUNT_MASK = 0xFF, INPUT_LOST_SHIFT = 16 };

/* As far as it has been read; all zero at first. Whoever keeps it over a restart loses nothing of what was typed. */
struct input {
  /* The message that is being read, how many bytes it has, how many of them have been taken. */
  uint32_t words[4];
  uint32_t count;
  uint32_t taken;
  uint32_t lost;
};

/* The next byte; waits for it. `channel`: the slot of the channel that the driver sends to. */
uint8_t input_byte(struct input *input, uint32_t channel);

/* How many bytes at least were lost since this was last called. */
uint32_t input_lost(struct input *input);

#endif
