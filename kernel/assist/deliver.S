/*
 * _Noreturn void deliver_exception(uint32_t vector, uint32_t has_error_code);
 *
 * Interrupt gates turn interrupts off: so does this, after the flags have been pushed as they were.
 */
        .text
        .globl deliver_exception
        .type deliver_exception, @function
deliver_exception:
        movl 4(%esp), %eax
        movl 8(%esp), %ecx
        movl vector_entries(, %eax, 4), %eax
        pushfl
        cli
        pushl %cs
        pushl $deliver_exception
        testl %ecx, %ecx
        jz 1f
        pushl $0
1:      jmp *%eax
        .size deliver_exception, . - deliver_exception

        .section .note.GNU-stack, "", @progbits
