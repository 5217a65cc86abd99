/* The 8254's and the 16550's interrupts through the 8259s, counted. */
        .include "real-mode.inc"
        .set VECTORS, 0x20
        .set COUNTS, 0x7E00             /* an interrupt counter for each line, words */
        .set IN_SERVICE, 0x7E20         /* what ISR showed last */

        .macro set_vector line, handler
        movw $\handler, %es:4*(VECTORS+\line)
        movw %cs, %es:4*(VECTORS+\line)+2
        .endm

        .macro timer_mode mode, count
        write_port 0x43, 0x30+2*\mode
        write_port 0x40, \count&0xff
        write_port 0x40, \count>>8
        .endm

        .macro show_count line, name
        say "\name "
        movw %es:COUNTS+2*\line, %ax
        call print_word
        say "\n"
        .endm

        /* Sleeps until the timer has interrupted so many times. */
        .macro await_timer count
        movw $0, %es:COUNTS
        sti
        8: hlt
        cmpw $\count, %es:COUNTS
        jb 8b
        cli
        .endm

start:
        set_vector 0, on_timer
        set_vector 4, on_com1
        movw $COUNTS, %di
        movw $32, %cx
        xorw %ax, %ax
        rep stosw

        write_port 0x20, 0x11
        write_port 0x21, VECTORS
        write_port 0x21, 4
        write_port 0x21, 1
        write_port 0xA0, 0x11
        write_port 0xA1, VECTORS+8
        write_port 0xA1, 2
        write_port 0xA1, 1
        write_port 0xA1, 0xFF
        write_port 0x21, 0xFE

        timer_mode 2, 1000
        await_timer 5
        show_count 0, "rate generator"
        say "in service meanwhile "
        movw %es:IN_SERVICE, %ax
        call print_word

        timer_mode 3, 501
        await_timer 3
        show_count 0, "\nsquare wave"

        /* Once, and no more in twenty times as long, which counter 2 measures. */
        movw $0, %es:COUNTS
        write_port 0x61, 1
        timer_mode 0, 100
        sti
        write_port 0x43, 0xB0
        write_port 0x42, 2000&0xff
        write_port 0x42, 2000>>8
2:      inb $0x61, %al
        testb $0x20, %al
        jz 2b
        cli
        show_count 0, "terminal count"

        /* Masked, it is remembered. */
        movw $0, %es:COUNTS
        write_port 0x21, 0xFF
        timer_mode 0, 10
3:      write_port 0x20, 0x0A
        inb $0x20, %al
        testb $1, %al
        jz 3b
        show_count 0, "masked"
        sti
        write_port 0x21, 0xFE
        movw $1000, %cx
4:      loop 4b
        cli
        show_count 0, "unmasked"

        /* The transmitter is empty: an interrupt as soon as it is wanted. */
        write_port 0x21, 0xEF
        write_port 0x3FB, 3
        write_port 0x3FC, 8
        write_port 0x3F9, 2
        sti
4:      cmpw $0, %es:COUNTS+8
        jz 4b
        cli
        show_count 4, "COM1"
        finish 0

on_timer:
        pushw %ax
        incw %es:COUNTS
        movb $0x0B, %al
        outb %al, $0x20
        inb $0x20, %al
        movb %al, %es:IN_SERVICE
        movb $0x20, %al
        outb %al, $0x20
        popw %ax
        iretw

on_com1:
        pushw %ax
        pushw %dx
        incw %es:COUNTS+8
        movw $0x3FA, %dx
        inb %dx, %al
        movb $0x20, %al
        outb %al, $0x20
        popw %dx
        popw %ax
        iretw
