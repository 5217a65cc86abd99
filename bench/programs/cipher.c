// AES-128 in counter mode, byte by byte, with an S-box computed from the field's inverses.
#include "benchmark.h"

enum { BLOCKS = 14, ROUNDS = 10 };

static uint8_t substitution[256];
static uint8_t round_keys[16 * (ROUNDS + 1)];

static uint8_t twice(uint8_t x) { return (uint8_t)(x << 1 ^ ((x & 0x80) ? 0x1B : 0)); }

static uint8_t rotate(uint8_t x, int count) { return (uint8_t)(x << count | x >> (8 - count)); }

static void make_substitution(void) {
  // 3 generates the field: p runs through all its elements while q runs through their inverses.
  uint8_t p = 1, q = 1;
  do {
    p = (uint8_t)(p ^ twice(p));
    q ^= (uint8_t)(q << 1);
    q ^= (uint8_t)(q << 2);
    q ^= (uint8_t)(q << 4);
    if (q & 0x80) q ^= 0x09;
    substitution[p] = (uint8_t)(q ^ rotate(q, 1) ^ rotate(q, 2) ^ rotate(q, 3) ^ rotate(q, 4) ^ 0x63);
  } while (p != 1);
  substitution[0] = 0x63;
}

static void expand_key(const uint8_t *key) {
  uint8_t constant = 1;
  for (int i = 0; i < 16; i++) round_keys[i] = key[i];
  for (int i = 16; i < 16 * (ROUNDS + 1); i += 4) {
    uint8_t word[4];
    for (int k = 0; k < 4; k++) word[k] = round_keys[i - 4 + k];
    if (i % 16 == 0) {
      const uint8_t first = word[0];
      word[0] = substitution[word[1]] ^ constant;
      word[1] = substitution[word[2]];
      word[2] = substitution[word[3]];
      word[3] = substitution[first];
      constant = twice(constant);
    }
    for (int k = 0; k < 4; k++) round_keys[i + k] = round_keys[i - 16 + k] ^ word[k];
  }
}

static void add_round_key(uint8_t *state, int round) {
  for (int i = 0; i < 16; i++) state[i] ^= round_keys[16 * round + i];
}

static void substitute_and_shift(uint8_t *state) {
  uint8_t moved[16];
  for (int i = 0; i < 16; i++) moved[i] = substitution[state[(i + 4 * (i & 3)) & 15]];
  for (int i = 0; i < 16; i++) state[i] = moved[i];
}

static void mix_columns(uint8_t *state) {
  for (uint8_t *c = state; c < state + 16; c += 4) {
    const uint8_t all = c[0] ^ c[1] ^ c[2] ^ c[3], first = c[0];
    for (int i = 0; i < 3; i++) c[i] ^= (uint8_t)(all ^ twice(c[i] ^ c[i + 1]));
    c[3] ^= (uint8_t)(all ^ twice(c[3] ^ first));
  }
}

static void encrypt(uint8_t *state) {
  add_round_key(state, 0);
  for (int round = 1; round <= ROUNDS; round++) {
    substitute_and_shift(state);
    if (round < ROUNDS) mix_columns(state);
    add_round_key(state, round);
  }
}

uint32_t benchmark(void) {
  uint8_t key[16];
  uint32_t random = 11, sum = 0;
  for (int i = 0; i < 16; i++) key[i] = (uint8_t)next_random(&random);
  make_substitution();
  expand_key(key);
  for (int block = 0; block < BLOCKS; block++) {
    uint8_t state[16] = {0};
    state[15] = (uint8_t)block;
    encrypt(state);
    for (int i = 0; i < 16; i++) sum = fold(sum, state[i]);
  }
  return sum;
}
