/*
 * A check of the RAM that leaves its contents as they are: an image is there already, and so is the caller's stack.
 * A failure in the page that holds the stack may keep this code from reporting it.
 */
#ifndef RAM_CHECK_H
#define RAM_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct ram_fault {
  bool found;
  /* An address line has no effect, rather than a data bit. */
  bool addressing;
  /* The first failing word. */
  uint32_t address;
  uint32_t wrong_bits;
};

/* `bytes`: a power of two, at most RAM_CHECK_BYTES_MAX. */
enum { RAM_CHECK_BYTES_MAX = 0x200000 };
struct ram_fault ram_check(uint32_t base, uint32_t bytes);

#endif
