/* Resets the machine twice, by the keyboard controller and by port 92h; a byte of the CMOS counts. */
        .include "real-mode.inc"
        .set COUNT, 0x50
start:
        write_port 0x70, COUNT
        inb $0x71, %al
        cmpb $0x01, %al
        jb first
        ja third
        say "second start, RAM holds "
        movw %es:0x7E00, %ax
        call print_word
        write_port 0x70, COUNT
        write_port 0x71, 0x02
        write_port 0x92, 0x01
        jmp wait
first:
        say "first start\n"
        movw $0xBEEF, %es:0x7E00
        write_port 0x71, 0x01
        write_port 0x64, 0xFE
wait:   hlt
        jmp wait
third:
        say "\nthird start\n"
        finish 5
