/* The operand of LGDT and LIDT. */
#ifndef TABLE_POINTER_H
#define TABLE_POINTER_H

#include <stdint.h>

struct table_pointer {
  uint16_t bytes_minus_one;
  uint32_t address;
} __attribute__((packed));

#endif
