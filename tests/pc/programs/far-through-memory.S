/* Far transfers whose target is in memory, in real mode. */
        .include "real-mode.inc"
start:
        movw $to_routine, %bx
        lcall *(%bx)
        say "back\n"
        ljmp *to_end

routine:
        say "there\n"
        lret
last:
        finish 4

        .section .rodata
        .balign 2
to_routine: .word routine, 0xF000
to_end:     .word last, 0xF000
