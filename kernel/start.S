/*
 * void start(void);
 *
 * The kernel's first instructions, from the boot ROM: 32-bit protected mode, flat segments, interrupts off, a stack
 * below the image. Takes the kernel's own stack, clears what the image leaves out (.bss) and calls kernel_main.
 */
        .text
        .globl start
        .type start, @function
start:
        movl $start_stack_end, %esp
        movl $bss_start, %edi
        movl $bss_words, %ecx
        xorl %eax, %eax
        xorl %ebp, %ebp
        cld
        rep stosl
        call kernel_main
        .size start, . - start

        /* The stack of the boot, then of the idle task that the boot becomes. */
        .section .bss.start_stack, "aw", @nobits
        .balign 16
        .skip 2048
start_stack_end:

        .section .note.GNU-stack, "", @progbits
