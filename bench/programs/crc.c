// CRC-32 of a block, bit by bit and by table.
#include "benchmark.h"

enum { BITWISE_BYTES = 600, TABLE_BYTES = 6000 };

static uint8_t block[TABLE_BYTES];
static uint32_t table[256];

static uint32_t step(uint32_t crc) {
  for (int bit = 0; bit < 8; bit++) crc = (crc & 1) ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
  return crc;
}

static uint32_t crc_bitwise(const uint8_t *bytes, size_t count) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < count; i++) crc = step(crc ^ bytes[i]);
  return ~crc;
}

static uint32_t crc_by_table(const uint8_t *bytes, size_t count) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < count; i++) crc = (crc >> 8) ^ table[(crc ^ bytes[i]) & 0xFF];
  return ~crc;
}

uint32_t benchmark(void) {
  uint32_t random = 3;
  for (int i = 0; i < TABLE_BYTES; i++) block[i] = (uint8_t)next_random(&random);
  for (uint32_t i = 0; i < 256; i++) table[i] = step(i);
  const uint32_t bitwise = crc_bitwise(block, BITWISE_BYTES);
  const uint32_t equal = bitwise == crc_by_table(block, BITWISE_BYTES);
  return fold(fold(bitwise, crc_by_table(block, TABLE_BYTES)), equal);
}
