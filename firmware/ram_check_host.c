/*
 * The RAM check as a program of the host: run against memory that behaves as a faulty RAM does. Prints what was found.
 *
 *   ram_check_host good | aliased
 *
 * good: 64 KB with a known content, which must be the same afterwards. aliased: 64 KB whose upper half is the lower
 * half again, as with an address line that has no effect.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ram_check.h"

enum { RAM_BYTES = 0x10000, HALF = RAM_BYTES / 2 };

static unsigned char content(uint32_t offset) {
  return (unsigned char)(offset * 7 + (offset >> 8));
}

int main(int argc, char **argv) {
  uint8_t *const ram = (uint8_t *)0x20000000;
  int aliased = argc == 2 && strcmp(argv[1], "aliased") == 0;
  int file = memfd_create("ram", 0);
  if (file < 0 || ftruncate(file, RAM_BYTES) != 0) {
    perror("memfd");
    return 1;
  }
  for (uint32_t part = 0; part < RAM_BYTES; part += HALF) {
    off_t offset = aliased ? 0 : (off_t)part;
    void *mapped = mmap(ram + part, HALF, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, file, offset);
    if (mapped != ram + part) {
      perror("mmap");
      return 1;
    }
  }
  for (uint32_t i = 0; i < (aliased ? HALF : RAM_BYTES); i++) {
    ram[i] = content(i);
  }
  struct ram_fault fault = ram_check((uint32_t)ram, RAM_BYTES);
  uint32_t changed = 0;
  for (uint32_t i = 0; i < (aliased ? HALF : RAM_BYTES); i++) {
    changed += ram[i] != content(i);
  }
  if (fault.found) {
    printf("%s at %x, bits %08x; ", fault.addressing ? "address line" : "data", (unsigned)(fault.address - (uint32_t)ram),
           (unsigned)fault.wrong_bits);
  } else {
    printf("good; ");
  }
  printf("%u bytes changed\n", (unsigned)changed);
  return 0;
}
