// Two ways to sort the same numbers: quicksort (recursion, unpredictable branches) and heapsort (computed indices).
#include "benchmark.h"

enum { COUNT = 500 };

static uint32_t quick[COUNT], heap[COUNT];

static void swap(uint32_t *x, uint32_t *y) {
  const uint32_t kept = *x;
  *x = *y;
  *y = kept;
}

static void quicksort(uint32_t *values, int first, int last) {
  while (first < last) {
    const uint32_t pivot = values[first + (last - first) / 2];
    int low = first, high = last;
    while (low <= high) {
      while (values[low] < pivot) low++;
      while (values[high] > pivot) high--;
      if (low <= high) swap(&values[low++], &values[high--]);
    }
    quicksort(values, first, high);
    first = low;
  }
}

static void sift_down(uint32_t *values, int root, int count) {
  for (int child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && values[child] < values[child + 1]) child++;
    if (values[root] >= values[child]) return;
    swap(&values[root], &values[child]);
  }
}

static void heapsort(uint32_t *values, int count) {
  for (int root = count / 2 - 1; root >= 0; root--) sift_down(values, root, count);
  for (int end = count - 1; end > 0; end--) {
    swap(&values[0], &values[end]);
    sift_down(values, 0, end);
  }
}

uint32_t benchmark(void) {
  uint32_t random = 2, sum = 0;
  for (int i = 0; i < COUNT; i++) quick[i] = heap[i] = next_random(&random);
  quicksort(quick, 0, COUNT - 1);
  heapsort(heap, COUNT);
  for (int i = 0; i < COUNT; i++) sum = fold(sum, quick[i] + (quick[i] == heap[i]));
  return sum;
}
