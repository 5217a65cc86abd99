// What the compiler may call by itself in a freestanding program.
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  char *t = to;
  for (const char *f = from; count > 0; count--) *t++ = *f++;
  return to;
}

void *memset(void *to, int value, size_t count) {
  for (char *t = to; count > 0; count--) *t++ = (char)value;
  return to;
}
