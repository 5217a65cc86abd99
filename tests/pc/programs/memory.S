/* RAM and ROM below 1 MB. */
        .include "real-mode.inc"

        .macro probe segment, name
        movw $\segment, %ax
        movw %ax, %es
        movw $0x5AA5, %es:0x8000
        movw %es:0x8000, %ax
        say "\name "
        call print_word
        say "\n"
        .endm

start:
        probe 0x0000, "RAM"
        probe 0x97FF, "last RAM below 640 KB"
        probe 0xF000, "ROM"
        movw $0x5678, %es:start
        cmpw $0x5678, %es:start
        je 1f
        say "ROM stays\n"
1:      finish 0
