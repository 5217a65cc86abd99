/* From reset to text and an exit status, in real mode. */
        .include "real-mode.inc"
start:
        movb $0x42, %al
        outb %al, $0x80
        say "reset: CS "
        movw %cs, %ax
        call print_word
        say "\nROM in both places: "
        movl 0xFFF0, %eax
        cmpl reset_bytes, %eax
        jne different
        say "same\n"
different:
        finish 21
        .section .rodata
reset_bytes: .byte 0xEA
        .word entry
        .byte 0x00
