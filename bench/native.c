// A benchmark program on the host: prints its result.
#include <stdio.h>

#include "programs/benchmark.h"

int main(void) {
  printf("%u\n", (unsigned)benchmark());
  return 0;
}
