/*
 * The segments: code and data, 4 GB from address 0, for ring 0, for ring 3 and for ring 1 if anything runs there; the first in the order that SYSENTER and SYSEXIT ask
 * for; and the task state segments. Read by C and by the assembler.
 */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include "fast_layer_call.h"

#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_CODE 0x1B
#define SELECTOR_USER_DATA 0x23
#define SELECTOR_TASK_STATE 0x28
#define SELECTOR_DOUBLE_FAULT 0x30
/* Ring 1, of systems that have the fast IPC layer; the gate to it, SELECTOR_FAST_LAYER, is the next. */
#define SELECTOR_LAYER_CODE 0x39
#define SELECTOR_LAYER_DATA 0x41

#ifndef __ASSEMBLER__

#include <stdint.h>

/* Leaves the boot ROM's descriptor table for the kernel's own and loads every segment register from it. */
void segments_set_up(void);

/* Where a task state segment is. */
void segments_describe(uint16_t selector, uint32_t base, uint32_t bytes);

#endif
#endif
