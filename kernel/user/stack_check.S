/*
 * void __stack_chk_fail(void);
 *
 * A function's array was overrun: the word above it, which the task's description gives (__stack_chk_guard), is another one. Its
 * return address may be too, so the task ends here, by an undefined instruction, which its handler is told like any fault.
 */
#include "flow_facts.h"

        .text
        .globl __stack_chk_fail
        .type __stack_chk_fail, @function
__stack_chk_fail:
        wcet_mark WCET_KIND_FOREVER
        ud2
        jmp __stack_chk_fail
        .size __stack_chk_fail, . - __stack_chk_fail

        .section .note.GNU-stack, "", @progbits
