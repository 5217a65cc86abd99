/*
 * void task_start(void);
 *
 * A task's first instructions, in ring 3, on its own stack and its own budget: makes its data what they were when it was
 * linked, then calls its main function. The symbols are the task's linker script's.
 */
        .section .text.start, "ax", @progbits
        .globl task_start
        .type task_start, @function
task_start:
        cld
        movl $task_data_source, %esi
        movl $task_data, %edi
        movl $task_data_words, %ecx
        rep movsl
        movl $task_bss, %edi
        movl $task_bss_words, %ecx
        xorl %eax, %eax
        rep stosl
        xorl %ebp, %ebp
        pushl %ebp
        jmp task_main
        .size task_start, . - task_start

        .section .note.GNU-stack, "", @progbits
