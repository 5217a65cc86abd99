// The two halves of a program of Dhrystone's class: the same kinds of statements in the same numbers for each turn of
// its loop (assignments, records reached through pointers, short calls across files, string copy and comparison, one
// division), with its own subject: jobs that a dispatcher passes on. The halves are compiled apart, so that calls
// between them stay calls.
#ifndef RECORDS_H
#define RECORDS_H
#include <stddef.h>
#include <stdint.h>

enum kind { PERIODIC, SPORADIC, APERIODIC, IDLE, STOPPED };

enum { LABEL_BYTES = 31, ROW = 50 };

struct job {
  struct job *next;
  enum kind kind;
  enum kind successor_kind;
  int budget;
  char label[LABEL_BYTES];
};

extern struct job *head, *spare;
extern int budget_now, is_late;
extern char class_now, class_before;
extern int row[ROW], matrix[ROW][ROW];

void pass_on(struct job *from);
void adjust_budget(int *budget);
void link_next(struct job **link);
void mark_class(void);
void reset_class(void);
void change_kind(enum kind kind, enum kind *changed);
void add_twelve(int a, int b, int *sum);
void fill(int *row_to_fill, int (*matrix_to_fill)[ROW], int index, int value);
enum kind compare_classes(char a, char b);
int compare_labels(const char *a, const char *b);
int is_aperiodic(enum kind kind);

#endif
