// Integer matrix multiplication, row by column, without blocking.
#include "benchmark.h"

enum { N = 22 };

static int32_t a[N][N], b[N][N], product[N][N];

uint32_t benchmark(void) {
  uint32_t random = 1;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i][j] = (int32_t)(next_random(&random) & 1023) - 512;
      b[i][j] = (int32_t)(next_random(&random) & 1023) - 512;
    }
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      int32_t sum = 0;
      for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
      product[i][j] = sum;
    }
  uint32_t sum = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) sum = fold(sum, (uint32_t)product[i][j]);
  return sum;
}
