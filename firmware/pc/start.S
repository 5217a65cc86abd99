/*
 * The ROM that starts a program which the simulator has put into RAM: from the reset vector to the state in which a
 * multiboot loader hands over. Protected mode, flat 4 GB segments, interrupts off,
 * EAX = 2BADB002h, EBX → the multiboot information, ESP below that.
 *
 * The two parameters at the end of the ROM are filled in by whoever loads it: build.ts.
 */
#define SELECTOR_CODE 0x08
#define SELECTOR_DATA 0x10
#define CR0_PROTECTION_ENABLE 1
#define LOADER_MAGIC 0x2BADB002

        .section .reset_vector, "ax"
        .code16
        jmp real_mode

        .section .parameters, "a"
entry:          .long 0
information:    .long 0

        .text
        .globl real_mode
real_mode:
        cli
        cld
        data32 lgdt %cs:global_descriptors_pointer
        movl %cr0, %eax
        orl $CR0_PROTECTION_ENABLE, %eax
        movl %eax, %cr0
        ljmpl $SELECTOR_CODE, $protected_mode

        .code32
protected_mode:
        movw $SELECTOR_DATA, %ax
        movw %ax, %ds
        movw %ax, %es
        movw %ax, %fs
        movw %ax, %gs
        movw %ax, %ss
        movl $LOADER_MAGIC, %eax
        movl information, %ebx
        movl %ebx, %esp
        jmp *entry

        /* Base 0, limit 4 GB; marked accessed beforehand, since the table is in ROM. */
        .section .rodata.global_descriptors, "a"
        .balign 8
global_descriptors:
        .quad 0
        .quad 0x00CF9B000000FFFF        /* SELECTOR_CODE */
        .quad 0x00CF93000000FFFF        /* SELECTOR_DATA */
global_descriptors_end:
global_descriptors_pointer:
        .word global_descriptors_end - global_descriptors - 1
        .long global_descriptors

        .section .note.GNU-stack, "", @progbits
