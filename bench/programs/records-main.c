// The loop, and the procedures that work on records and globals: see records.h.
#include "benchmark.h"
#include "records.h"

// TURNS, how often the loop runs, comes from dmips.ts.

struct job *head, *spare;
int budget_now, is_late;
char class_now, class_before;
int row[ROW], matrix[ROW][ROW];

static struct job first_job, second_job;

// A copy of a string of known length, as compilers make of strcpy.
#define COPY_LABEL(to, text) __builtin_memcpy(to, text, LABEL_BYTES)

void pass_on(struct job *from) {
  struct job *next = from->next;
  *from->next = *head;
  from->budget = 5;
  next->budget = from->budget;
  next->next = from->next;
  link_next(&next->next);
  if (next->kind == PERIODIC) {
    next->budget = 6;
    change_kind(from->successor_kind, &next->successor_kind);
    next->next = head->next;
    add_twelve(next->budget, 10, &next->budget);
  } else {
    *from = *from->next;
  }
}

void adjust_budget(int *budget) {
  int left = *budget + 10;
  enum kind kind = STOPPED;
  do
    if (class_now == 'A') {
      left--;
      *budget = left - budget_now;
      kind = PERIODIC;
    }
  while (kind != PERIODIC);
}

void link_next(struct job **link) {
  if (head != NULL) *link = head->next;
  add_twelve(10, budget_now, &head->budget);
}

void mark_class(void) {
  const int is_first = class_now == 'A';
  is_late = is_first | is_late;
  class_before = 'B';
}

void reset_class(void) {
  class_now = 'A';
  is_late = 0;
}

uint32_t benchmark(void) {
  char first_label[LABEL_BYTES], second_label[LABEL_BYTES];
  int a = 0, b = 0, c = 0;
  uint32_t sum = 0;
  spare = &second_job;
  head = &first_job;
  *head = (struct job){.next = spare, .kind = PERIODIC, .successor_kind = APERIODIC, .budget = 40};
  COPY_LABEL(head->label, "a job with a long enough label");
  COPY_LABEL(first_label, "a job of the dispatcher, No. 1");
  matrix[8][7] = 10;
  for (int turn = 1; turn <= TURNS; turn++) {
    enum kind kind = SPORADIC;
    reset_class();
    mark_class();
    a = 2;
    b = 3;
    COPY_LABEL(second_label, "a job of the dispatcher, No. 2");
    is_late = !compare_labels(first_label, second_label);
    while (a < b) {
      c = 5 * a - b;
      add_twelve(a, b, &c);
      a++;
    }
    fill(row, matrix, a, c);
    pass_on(head);
    for (char class = 'A'; class <= class_before; class++)
      if (kind == compare_classes(class, 'C')) {
        change_kind(PERIODIC, &kind);
        COPY_LABEL(second_label, "a job of the dispatcher, No. 3");
        b = turn;
        budget_now = turn;
      }
    b *= a;
    a = b / c;
    b = 7 * (b - c) - a;
    adjust_budget(&a);
    sum = fold(sum, (uint32_t)(a + b + c));
  }
  sum = fold(sum, (uint32_t)budget_now + (uint32_t)is_late * 2 + (uint8_t)class_now * 4u + (uint8_t)class_before * 8u);
  sum = fold(sum, (uint32_t)(row[8] + matrix[8][7]));
  sum = fold(sum, (uint32_t)(head->budget + spare->budget) + (uint32_t)spare->successor_kind);
  return fold(sum, (uint8_t)second_label[LABEL_BYTES - 2]);
}
