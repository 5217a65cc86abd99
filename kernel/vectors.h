/*
 * Interrupt vectors. 0 to 31 are the processor's exceptions, then come the machine's interrupt lines, then the local
 * APIC's own. The local APIC ranks a vector by its upper four bits: the timer is above the lines. Read by C and by the
 * assembler.
 */
#ifndef VECTORS_H
#define VECTORS_H

#include "memory_map.h"

#define VECTOR_DEBUG 1
#define VECTOR_NMI 2
#define VECTOR_BREAKPOINT 3
#define VECTOR_OVERFLOW 4
#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_INVALID_TSS 10
#define VECTOR_GENERAL_PROTECTION 13
#define VECTOR_PAGE_FAULT 14
#define VECTOR_MACHINE_CHECK 18

#define VECTOR_EXCEPTIONS_END 32
#define VECTOR_LINES INTERRUPT_VECTOR_BASE
#define VECTOR_UART UART_INTERRUPT_VECTOR
#define VECTOR_TIMER (INTERRUPT_VECTOR_BASE + INTERRUPT_LINE_COUNT)
#define VECTOR_SPURIOUS 0x3F
/* Those with an entry of vector_entries.S. */
#define VECTOR_ENTRIES 0x40
/* System calls on the debug path. */
#define VECTOR_SYSTEM_CALL 0x80
#define VECTOR_COUNT 0x81

/* Bit n: the processor pushes an error code for exception n (#DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP, #VC, #SX). */
#define VECTORS_WITH_ERROR_CODE 0x60227D00

#endif
