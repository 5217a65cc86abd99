/*
 * void switch_context(struct context **from, struct context *to);
 *
 * Saves the registers that a C function keeps for its caller, as a struct context, and takes the other stack's.
 */
#include "flow_facts.h"

        .text
        .globl switch_context
        .type switch_context, @function
switch_context:
        movl 4(%esp), %eax
        movl 8(%esp), %edx
        pushl %ebp
        pushl %ebx
        pushl %esi
        pushl %edi
        movl %esp, (%eax)
        movl %edx, %esp
        popl %edi
        popl %esi
        popl %ebx
        popl %ebp
        wcet_stacks_change
        ret
        .size switch_context, . - switch_context

/*
 * void begin_task(void);
 *
 * A new task comes out of the kernel: interrupts go on, and the return address is the task's entry.
 */
        .globl begin_task
        .type begin_task, @function
begin_task:
        wcet_context_begins
        sti
        ret
        .size begin_task, . - begin_task

        .section .note.GNU-stack, "", @progbits
