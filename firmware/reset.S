/*
 * The first instructions after a reset: from real mode at FFFFFFF0h to 32-bit protected mode with flat segments and a
 * stack, then `_Noreturn void boot(void)`.
 *
 * After a reset CS has the base FFFF0000h and the processor fetches at F000:FFF0, so code near the end of the address
 * space runs in real mode as long as no far jump reloads CS. An offset is 16 bits there: the lower half of an address.
 */
#define SELECTOR_CODE 0x08
#define SELECTOR_DATA 0x10
#define CR0_PROTECTION_ENABLE 1

        .section .reset_vector, "ax"
        .code16
        jmp real_mode

        .text
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
        movl $stack_end, %esp
        call boot

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
