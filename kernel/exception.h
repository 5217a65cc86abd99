/* Exceptions: the report, and what becomes of whoever raised one. The report's form is described in docs/kernel.md. */
#ifndef EXCEPTION_H
#define EXCEPTION_H

#include "frame.h"

_Noreturn void exception(const struct frame *frame);

#endif
