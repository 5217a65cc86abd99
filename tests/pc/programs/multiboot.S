/* What a multiboot loader hands over. */
        .include "protected-mode.inc"
        .data
kept:   .long 0x12345678
        .bss
zero:   .skip 64

        .text
main:
        movl magic, %eax
        show "magic"
        movl kept, %eax
        show "data"
        movl zero+60, %eax
        show "zeroes"
        movl information, %ebx
        movl (%ebx), %eax
        andl $0x41, %eax
        show "memory and map"
        movl 8(%ebx), %eax
        addl $0x100, %eax                /* the last pages may be the machine's own */
        andl $0xFFFFF000, %eax
        show "upper memory in KB"
        movl 48(%ebx), %esi
        movl 4(%esi), %eax
        show "map begins"
        movl %cr0, %eax
        andl $1, %eax
        show "protected"
        pushfl
        popl %eax
        andl $0x200, %eax
        show "interrupts"
        movl 0xFFFFFFFC, %eax           /* no fault: the data segment has no limit */
        finish 9
