/* A double fault has a task of its own, so that the report of it depends on no register and no stack of the kernel's. */
#ifndef DOUBLE_FAULT_H
#define DOUBLE_FAULT_H

void double_fault_set_up(void);

#endif
