/*
 * void start(void);
 *
 * The kernel's first instructions, from the boot ROM: 32-bit protected mode, flat segments, interrupts off, a stack
 * below the image. Takes the kernel's own stack, clears all of RAM behind the image, calls kernel_main, and goes on as the way
 * back from a system call does.
 */
        .text
        .globl start
        .type start, @function
start:
        movl $kernel_stack_end, %esp
        movl $bss_start, %edi
        movl $cleared_words, %ecx
        xorl %eax, %eax
        xorl %ebp, %ebp
        cld
        rep stosl
        call kernel_main
        jmp leave_to_another
        .size start, . - start

        .section .note.GNU-stack, "", @progbits
