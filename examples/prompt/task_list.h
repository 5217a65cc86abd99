/* The command `tasks`: what the kernel knows of each. */
#ifndef TASK_LIST_H
#define TASK_LIST_H

void list_tasks(void);

#endif
