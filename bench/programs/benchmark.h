// What every benchmark program has: one function, without arguments or input, whose result depends on all its work.
#ifndef BENCHMARK_H
#define BENCHMARK_H
#include <stddef.h>
#include <stdint.h>

uint32_t benchmark(void);

// Folds a result into a checksum (FNV-1a, a word at a time).
static inline uint32_t fold(uint32_t sum, uint32_t value) { return (sum ^ value) * 16777619u; }

// Pseudo-random numbers, the same everywhere; the low bits of the state are poor and are not handed out.
static inline uint32_t next_random(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

// One of 0 … count − 1, without a division; count is below 65536.
static inline uint32_t random_below(uint32_t *state, uint32_t count) { return (next_random(state) >> 8) * count >> 16; }

#endif
