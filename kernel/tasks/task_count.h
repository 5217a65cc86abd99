/* How many rows programs.c has, the idle task included. */
#ifndef TASK_COUNT_H
#define TASK_COUNT_H

enum { TASK_COUNT = 4 };

#endif
