/* Where a PC has its display's memory is nothing; its first and its last word. */
        .include "real-mode.inc"
start:
        movw $0xA000, %ax
        movw %ax, %es
        movw $0x5AA5, %es:0
        movw %es:0, %ax
        call print_word
        movw $0xB000, %ax
        movw %ax, %es
        movw $0x5AA5, %es:0xFFFE
        movw %es:0xFFFE, %ax
        call print_word
        finish 0
