/* What a task knows of another's fault, in text. The form is described in docs/kernel.md. */
#ifndef FAULT_REPORT_H
#define FAULT_REPORT_H

#include <stdint.h>

/* Of the task that `slot` may inspect, which is held after an exception. */
void print_fault_report(uint32_t slot, const char *name);

#endif
