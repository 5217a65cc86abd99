// LZ77-style compression with a hash of three bytes, and back again.
#include "benchmark.h"

enum { BYTES = 2500, HASH_BITS = 9, MATCH_MIN = 3, MATCH_MAX = 66, DISTANCE_MAX = 4095 };

static uint8_t plain[BYTES], packed[BYTES * 2], unpacked[BYTES];
static int16_t last_seen[1 << HASH_BITS];

static unsigned hash(const uint8_t *bytes) {
  const uint32_t three = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
  return three * 2654435761u >> (32 - HASH_BITS);
}

// A token is a byte below 80h that counts literals, or 80h | length − 3 and two bytes of distance.
static int compress(void) {
  int out = 0, literals_from = 0, at = 0;
  for (int i = 0; i < 1 << HASH_BITS; i++) last_seen[i] = -1;
  while (at < BYTES) {
    int length = 0, distance = 0;
    if (at + MATCH_MIN <= BYTES) {
      const unsigned slot = hash(&plain[at]);
      const int candidate = last_seen[slot];
      last_seen[slot] = (int16_t)at;
      if (candidate >= 0 && at - candidate <= DISTANCE_MAX) {
        while (at + length < BYTES && length < MATCH_MAX && plain[candidate + length] == plain[at + length]) length++;
        distance = at - candidate;
      }
    }
    const int is_match = length >= MATCH_MIN;
    if (!is_match) at++;
    const int literals = at - literals_from;
    if (literals > 0 && (is_match || literals == 127 || at == BYTES)) {
      packed[out++] = (uint8_t)literals;
      for (int i = 0; i < literals; i++) packed[out++] = plain[literals_from + i];
      literals_from = at;
    }
    if (is_match) {
      packed[out++] = (uint8_t)(0x80 | (length - MATCH_MIN));
      packed[out++] = (uint8_t)distance;
      packed[out++] = (uint8_t)(distance >> 8);
      at += length;
      literals_from = at;
    }
  }
  return out;
}

static int decompress(int packed_bytes) {
  int out = 0;
  for (int in = 0; in < packed_bytes;) {
    const int token = packed[in++];
    if (token < 0x80) {
      for (int i = 0; i < token; i++) unpacked[out++] = packed[in++];
    } else {
      const int distance = packed[in] | packed[in + 1] << 8;
      in += 2;
      for (int left = (token & 0x7F) + MATCH_MIN; left > 0; left--, out++) unpacked[out] = unpacked[out - distance];
    }
  }
  return out;
}

uint32_t benchmark(void) {
  uint32_t random = 9;
  for (int i = 0; i < BYTES;) {
    if (i > 64 && random_below(&random, 3) == 0) {
      const int from = (int)random_below(&random, (uint32_t)(i - 32));
      const int copied = 4 + (int)random_below(&random, 24);
      for (int left = copied; left > 0 && i < BYTES; left--, i++) plain[i] = plain[from + left];
    } else {
      plain[i++] = (uint8_t)('a' + random_below(&random, 20));
    }
  }
  const int packed_bytes = compress();
  uint32_t sum = fold(0, (uint32_t)packed_bytes);
  for (int i = 0; i < packed_bytes; i++) sum = fold(sum, packed[i]);
  sum = fold(sum, (uint32_t)decompress(packed_bytes));
  int equal = 1;
  for (int i = 0; i < BYTES; i++) equal &= plain[i] == unpacked[i];
  return fold(sum, (uint32_t)equal);
}
