/* The first 8 bytes of the largest ROM, at C000:0000. */
        .include "real-mode.inc"
start:
        movw $0xC000, %ax
        movw %ax, %es
        xorw %bx, %bx
1:      movb %es:(%bx), %al
        call print_byte
        incw %bx
        cmpw $8, %bx
        jb 1b
        finish 0
