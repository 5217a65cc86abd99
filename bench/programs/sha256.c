// SHA-256 of a message; its constants are computed, not typed: the fractions of the roots of the first primes.
#include "benchmark.h"

enum { MESSAGE_BYTES = 1500 };

static uint32_t constants[64], initial[8];

static uint32_t rotate(uint32_t value, int count) { return value >> count | value << (32 - count); }

// The first 32 bits of the fraction of a prime's square or cube root, by bisection on an integer of 35 bits.
static uint32_t root_fraction(uint32_t prime, int degree) {
  uint32_t whole = 1;
  while ((degree == 2 ? (whole + 1) * (whole + 1) : (whole + 1) * (whole + 1) * (whole + 1)) <= prime) whole++;
  uint32_t fraction = 0;
  for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
    // root is scaled by 2³², its square by 2⁴⁸, its power by 2³²: nothing overflows 64 bits.
    const uint64_t root = (uint64_t)whole << 32 | fraction | bit;
    const uint64_t high = root >> 16, low = root & 0xFFFF;
    const uint64_t square = (high * high << 16) + 2 * high * low + (low * low >> 16);
    uint64_t power = square >> 16;
    if (degree == 3) power = ((square >> 26) * root + ((square & 0x3FFFFFF) * root >> 26)) >> 22;
    if (power < (uint64_t)prime << 32) fraction |= bit;
  }
  return fraction;
}

static void compute_constants(void) {
  static uint8_t composite[312]; // 311 is the 64th prime
  int found = 0;
  for (uint32_t candidate = 2; found < 64; candidate++) {
    if (composite[candidate]) continue;
    for (uint32_t many = candidate * candidate; many < sizeof composite; many += candidate) composite[many] = 1;
    constants[found] = root_fraction(candidate, 3);
    if (found < 8) initial[found] = root_fraction(candidate, 2);
    found++;
  }
}

static void compress_block(uint32_t state[8], const uint8_t *block) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++, block += 4)
    w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  for (int i = 16; i < 64; i++) {
    const uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    const uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    const uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
    const uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

uint32_t benchmark(void) {
  static uint8_t message[(MESSAGE_BYTES + 9 + 63) / 64 * 64];
  uint32_t random = 10, state[8], sum = 0;
  compute_constants();
  for (int i = 0; i < MESSAGE_BYTES; i++) message[i] = (uint8_t)next_random(&random);
  message[MESSAGE_BYTES] = 0x80;
  message[sizeof message - 2] = (uint8_t)(MESSAGE_BYTES * 8 >> 8);
  message[sizeof message - 1] = (uint8_t)(MESSAGE_BYTES * 8);
  for (int i = 0; i < 8; i++) state[i] = initial[i];
  for (size_t at = 0; at < sizeof message; at += 64) compress_block(state, &message[at]);
  for (int i = 0; i < 8; i++) sum = fold(sum, state[i]);
  return sum;
}
