/* What a PC's ports read. Only what the data sheets determine: QEMU must say the same. */
        .include "real-mode.inc"

        .macro show_cmos index, name
        write_port 0x70, \index
        show_port 0x71, "\name"
        .endm

start:
        show_port 0xE9, "text port"
        show_port 0x22, "behind the master"
        show_port 0xA7, "behind the slave"
        show_port 0x100, "nobody's port"
        movw $0x100, %dx
        inw %dx, %ax
        say "nobody's ports "
        call print_word
        say "\n"

        write_port 0x21, 0x5A
        write_port 0xA1, 0xA5
        show_port 0x21, "master's mask"
        show_port 0xA1, "slave's mask"
        write_port 0x20, 0x0B
        show_port 0x20, "master in service"
        write_port 0x4D0, 0xF8
        write_port 0x4D1, 0xDE
        show_port 0x4D0, "master's levels"
        show_port 0x4D1, "slave's levels"
        write_port 0x4D0, 0
        write_port 0x4D1, 0

        /* Counter 2, its gate and its output */
        write_port 0x61, 0x00
        write_port 0x61, 0x01
        write_port 0x43, 0xB0
        write_port 0x42, 0x20
        write_port 0x42, 0x00
        inb $0x61, %al
        andb $0x2F, %al
        say "counting "
        call print_byte
1:      inb $0x61, %al
        testb $0x20, %al
        jz 1b
        andb $0x2F, %al
        say "\ncounted "
        call print_byte
        say "\n"
        write_port 0x43, 0xE8
        show_port 0x42, "status of counter 2"
        write_port 0x43, 0x96
        write_port 0x42, 8
2:      inb $0x61, %al
        testb $0x20, %al
        jnz 2b
3:      inb $0x61, %al
        testb $0x20, %al
        jz 3b
        say "square wave goes up and down\n"
        write_port 0x43, 0x74
        write_port 0x41, 0x34
        write_port 0x41, 0x12
        write_port 0x61, 0x00

        show_cmos 0x0B, "clock's status B"
        show_cmos 0x0D, "clock's status D"
        show_cmos 0x15, "base memory"
        show_cmos 0x16, "base memory"
        show_cmos 0x30, "extended memory"
        show_cmos 0x31, "extended memory"
        show_cmos 0x34, "above 16 MB"
        show_cmos 0x35, "above 16 MB"
        write_port 0x70, 0x70
        write_port 0x71, 0xC3
        show_cmos 0x70, "a byte written"

        show_port 0x3FA, "COM1 interrupt identification"
        write_port 0x3FF, 0x99
        show_port 0x3FF, "COM1 scratch"
        write_port 0x3FB, 0x83
        write_port 0x3F8, 0x0C
        write_port 0x3F9, 0x00
        show_port 0x3F8, "COM1 divisor"
        write_port 0x3FB, 0x03
        show_port 0x3FB, "COM1 line control"
        show_port 0x3FD, "COM1 line status"

        /* Both bytes of a word, each to its own port */
        movw $0x0A21, %ax
        movw $0x00E9, %dx
        outb %al, %dx
        movb %ah, %al
        outb %al, %dx
        finish 3
