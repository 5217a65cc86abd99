// All ways to place queens that do not threaten each other: deep recursion, many calls.
#include "benchmark.h"

enum { N = 7 };

static int row_of[N];
static uint32_t solutions, sum;

static int is_safe(int column, int row) {
  for (int i = 0; i < column; i++) {
    const int distance = row_of[i] - row;
    if (distance == 0 || distance == column - i || distance == i - column) return 0;
  }
  return 1;
}

static void place(int column) {
  if (column == N) {
    solutions++;
    for (int i = 0; i < N; i++) sum = fold(sum, (uint32_t)row_of[i]);
    return;
  }
  for (int row = 0; row < N; row++)
    if (is_safe(column, row)) {
      row_of[column] = row;
      place(column + 1);
    }
}

uint32_t benchmark(void) {
  solutions = sum = 0;
  place(0);
  return fold(sum, solutions);
}
