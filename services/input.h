/*
 * What the UART's driver sends on: how many bytes, and in the upper half how many were lost before them; then the bytes,
 * four to a word.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdint.h>

enum { INPUT_BYTES_MAX = 12, INPUT_COUNT_MASK = 0xFF, INPUT_LOST_SHIFT = 16 };

/* The next byte; waits for it. */
uint8_t input_byte(void);

/* How many bytes at least were lost since this was last called. */
uint32_t input_lost(void);

#endif
