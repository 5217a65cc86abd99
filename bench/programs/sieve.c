// The sieve of Eratosthenes, one byte a number, and a second time one bit a number.
#include "benchmark.h"

enum { LIMIT = 6000 };

static uint8_t composite[LIMIT];
static uint32_t composite_bits[(LIMIT + 31) / 32];

uint32_t benchmark(void) {
  uint32_t sum = 0;
  for (int i = 2; i * i < LIMIT; i++)
    if (!composite[i])
      for (int j = i * i; j < LIMIT; j += i) composite[j] = 1;
  for (uint32_t i = 2; i * i < LIMIT; i++)
    if (!(composite_bits[i / 32] >> i % 32 & 1))
      for (uint32_t j = i * i; j < LIMIT; j += i) composite_bits[j / 32] |= 1u << j % 32;
  for (uint32_t i = 2; i < LIMIT; i++) {
    const uint32_t is_prime = !composite[i];
    if (is_prime == (composite_bits[i / 32] >> i % 32 & 1)) return 0;
    if (is_prime) sum = fold(sum, i);
  }
  return sum;
}
