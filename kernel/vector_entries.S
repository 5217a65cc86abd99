/*
 * extern const uint32_t vector_entries[VECTOR_COUNT];
 *
 * The addresses of the code that each vector's gate leads to. Every entry completes a struct frame on the running
 * stack, passes its address to `void interrupt(const struct frame *frame)` and returns to what was interrupted, with
 * interrupts as they were.
 */
#include "flow_facts.h"
#include "vectors.h"

        /* The way in, for the analysis of execution times; the name has the number that `%` makes of the vector. */
        .altmacro
        .macro declare way, kind, number
        wcet_operation \way, <\kind \number>
        .endm

        .text
enter:
        pushal
        cld
        pushl %esp
        call interrupt
        addl $4, %esp
        popal
        addl $8, %esp           /* vector and error code */
        iret

        .pushsection .rodata.vector_entries, "a"
        .balign 4
        .globl vector_entries
        .type vector_entries, @object
        .size vector_entries, 4 * VECTOR_COUNT
vector_entries:
        .popsection

        .set vector, 0
        .rept VECTOR_COUNT
1:
        .if vector >= VECTOR_EXCEPTIONS_END
        declare WCET_BY_INTERRUPT, interrupt, %vector
        pushl $0
        .elseif ((VECTORS_WITH_ERROR_CODE >> vector) & 1) == 0
        declare WCET_BY_INTERRUPT, exception, %vector
        pushl $0
        .else
        declare WCET_BY_EXCEPTION_WITH_CODE, exception, %vector
        .endif
        pushl $vector
        jmp enter
        .pushsection .rodata.vector_entries
        .long 1b
        .popsection
        .set vector, vector + 1
        .endr

        .section .note.GNU-stack, "", @progbits
