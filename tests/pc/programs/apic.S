/* Local and I/O APIC: an interrupt to oneself, the timer's lines, levels, and the 8259 through LINT0. */
        .include "protected-mode.inc"
        .set APIC, 0xFEE00000
        .set IOAPIC, 0xFEC00000
        .set PIC_VECTORS, 0x20

        .bss
        .balign 8
table:  .skip 256*8
table_end:
count:  .skip 4
vectors: .skip 4                        /* the last four vectors, newest in the low byte */
in_service: .skip 4
        .data
table_pointer: .word table_end-table-1
        .long table

        .macro apic register, value
        movl $\value, APIC+\register
        .endm

        .macro io_apic register, value
        movl $\register, IOAPIC
        movl $\value, IOAPIC+0x10
        .endm

        .macro handler vector, end
        .text
on_\vector:
        pushl %eax
        incl count
        shll $8, vectors
        movb $0x\vector, vectors
        movl APIC+0x120, %eax
        movl %eax, in_service
        \end
        popl %eax
        iret
        .endm

        .macro apic_end
        movl $0, APIC+0xB0
        .endm
        .macro pic_end
        movb $0x20, %al
        outb %al, $0x20
        .endm

        /* The third time COM1 is told that nothing is to be sent. */
        .macro level_end
        cmpl $3, count
        jb 7f
        pushl %edx
        movw $0x3F9, %dx
        movb $0, %al
        outb %al, %dx
        popl %edx
7:      apic_end
        .endm

        handler 20, pic_end
        handler 41, apic_end
        handler 42, apic_end
        handler 53, level_end

        .macro set_gate vector
        movl $on_\vector, %eax
        movw %ax, table+8*0x\vector
        shrl $16, %eax
        movw %ax, table+8*0x\vector+6
        movw %cs, table+8*0x\vector+2
        movw $0x8E00, table+8*0x\vector+4
        .endm

        /* Long enough for whatever is to come. */
        .macro let_come
        sti
        movl $2000, %ecx
        8: loop 8b
        cli
        .endm

        .macro await_count n
        sti
        8: cmpl $\n, count
        jb 8b
        cli
        .endm

main:
        set_gate 20
        set_gate 41
        set_gate 42
        set_gate 53
        lidt table_pointer
        write_port 0x20, 0x11
        write_port 0x21, PIC_VECTORS
        write_port 0x21, 4
        write_port 0x21, 1
        write_port 0xA0, 0x11
        write_port 0xA1, PIC_VECTORS+8
        write_port 0xA1, 2
        write_port 0xA1, 1
        write_port 0xA1, 0xFF
        write_port 0x21, 0xFF

        apic 0xF0, 0x1FF
        movl APIC+0xF0, %eax
        show "spurious vector"
        movl APIC+0xE0, %eax
        show "destination format"

        /* To oneself, in the order of priority */
        apic 0x80, 0x40
        apic 0x300, 0x44041
        apic 0x300, 0x44053
        apic 0x300, 0x44042
        movl APIC+0x220, %eax
        show "requested"
        let_come
        movl vectors, %eax
        show "above priority 40h"
        movl in_service, %eax
        show "in service then"
        apic 0x80, 0
        let_come
        movl vectors, %eax
        show "all of them"
        movl APIC+0x220, %eax
        show "requested after that"
        apic 0x310, 0
        apic 0x300, 0x04041
        let_come
        movl count, %eax
        show "by number"

        /* The timer through the I/O APIC */
        movl $0x01, IOAPIC
        movl IOAPIC+0x10, %eax
        shrl $16, %eax
        andl $0xFF, %eax
        show "last line"
        movl $0, count
        io_apic 0x15, 0
        io_apic 0x14, 0x42
        movl $0x14, IOAPIC
        movl IOAPIC+0x10, %eax
        show "redirection"
        write_port 0x43, 0x34
        write_port 0x40, 0x00
        write_port 0x40, 0x04
        await_count 4
        movl vectors, %eax
        show "timer"
        io_apic 0x14, 0x10042

        /* A level: COM1's transmitter is empty until told otherwise */
        movl $0, count
        movl $0, vectors
        io_apic 0x19, 0
        io_apic 0x18, 0x8053
        movw $0x3F9, %dx
        movb $2, %al
        outb %al, %dx
        sti
1:      cmpl $3, count
        jb 1b
        cli
        movl vectors, %eax
        show "level"
        io_apic 0x18, 0x10053
        let_come

        /* The 8259, through LINT0 */
        movl $0, count
        movl $0, vectors
        apic 0x350, 0x10700
        write_port 0x21, 0xFE
        let_come
        movl count, %eax
        show "LINT0 masked"
        apic 0x350, 0x700
        await_count 3
        movl vectors, %eax
        show "LINT0"
        finish 1
