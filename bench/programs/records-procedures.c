// The procedures that get everything as arguments: see records.h.
#include "records.h"

void change_kind(enum kind kind, enum kind *changed) {
  *changed = kind;
  if (!is_aperiodic(kind)) *changed = IDLE;
  switch (kind) {
    case PERIODIC: *changed = PERIODIC; break;
    case SPORADIC: *changed = budget_now > 100 ? PERIODIC : IDLE; break;
    case APERIODIC: *changed = SPORADIC; break;
    case IDLE: break;
    case STOPPED: *changed = APERIODIC; break;
  }
}

void add_twelve(int a, int b, int *sum) {
  const int first = a + 2;
  *sum = b + first;
}

void fill(int *row_to_fill, int (*matrix_to_fill)[ROW], int index, int value) {
  const int at = index + 5;
  row_to_fill[at] = value;
  row_to_fill[at + 1] = row_to_fill[at];
  row_to_fill[at + 30] = at;
  for (int i = at; i <= at + 1; i++) matrix_to_fill[at][i] = at;
  matrix_to_fill[at][at - 1]++;
  matrix_to_fill[at + 20][at] = row_to_fill[at];
  budget_now = 5;
}

enum kind compare_classes(char a, char b) {
  const char copy = a;
  if (copy != b) return PERIODIC;
  class_now = copy;
  return SPORADIC;
}

static int compare_strings(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return (unsigned char)*a - (unsigned char)*b;
}

int compare_labels(const char *a, const char *b) {
  int at = 2;
  char class = 'A';
  while (at <= 2)
    if (compare_classes(a[at], b[at + 1]) == PERIODIC) {
      class = 'A';
      at++;
    }
  if (class >= 'W' && class < 'Z') at = 7;
  if (class == 'R') return 1;
  if (compare_strings(a, b) > 0) {
    at += 7;
    budget_now = at;
    return 1;
  }
  return 0;
}

int is_aperiodic(enum kind kind) {
  const enum kind copy = kind;
  return copy == APERIODIC;
}
