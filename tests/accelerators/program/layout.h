/* Selectors and places, for C and assembly. */
#ifndef LAYOUT_H
#define LAYOUT_H

#define CODE_0 0x08
#define DATA_0 0x10
#define CODE_3 0x1B
#define DATA_3 0x23
#define TASK_STATE 0x28
#define VECTORS 48

#define TASKS 256
#define STACK_BYTES 256

#endif
