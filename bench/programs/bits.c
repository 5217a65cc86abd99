// Counting, reversing and permuting bits in several ways.
#include "benchmark.h"

enum { COUNT = 800 };

static uint8_t ones[256];

static int count_by_clearing(uint32_t value) {
  int count = 0;
  for (; value != 0; value &= value - 1) count++;
  return count;
}

static int count_in_parallel(uint32_t value) {
  value -= (value >> 1) & 0x55555555u;
  value = (value & 0x33333333u) + ((value >> 2) & 0x33333333u);
  value = (value + (value >> 4)) & 0x0F0F0F0Fu;
  return (int)(value * 0x01010101u >> 24);
}

static int count_by_table(uint32_t value) {
  return ones[value & 0xFF] + ones[value >> 8 & 0xFF] + ones[value >> 16 & 0xFF] + ones[value >> 24];
}

static uint32_t reverse(uint32_t value) {
  uint32_t reversed = 0;
  for (int i = 0; i < 32; i++, value >>= 1) reversed = reversed << 1 | (value & 1);
  return reversed;
}

uint32_t benchmark(void) {
  for (int i = 1; i < 256; i++) ones[i] = (uint8_t)(ones[i / 2] + (i & 1));
  uint32_t random = 4, sum = 0;
  for (int i = 0; i < COUNT; i++) {
    const uint32_t value = next_random(&random) << 8 ^ next_random(&random);
    sum = fold(sum, (uint32_t)count_by_clearing(value));
    sum = fold(sum, (uint32_t)(count_in_parallel(value) * 64 + count_by_table(value)));
    if ((i & 7) == 0) sum = fold(sum, reverse(value));
  }
  return sum;
}
