/* Instructions in real mode: what they leave in registers, flags and memory. */
        .include "real-mode.inc"
        .set DEFINED_FLAGS, 0x0CD5      /* CF PF AF ZF SF OF DF */

        /* Shows the state, and clears it. Should an exception come before the next one, it is shown and goes there. */
        .macro expect name
4444:   pushfw
        pushw %ax
        pushw %bx
        pushw %cx
        pushw %dx
        pushw %si
        pushw %di
        pushw %bp
        movw $9f, %si
        jmp 8f
9:      .asciz "\name: "
8:      call print_state
        movw $4444f, %ss:RESUME
        .endm

start:
        /* Every interrupt, wanted or not */
        xorw %ax, %ax
        movw %ax, %es
        xorw %di, %di
        movw $256, %cx
7:      movw $on_interrupt, %ax
        stosw
        movw %cs, %ax
        stosw
        loop 7b
        movw $4444f, %ss:RESUME
        movw $0x7000, %ax
        movw %ax, %es

        /* Stack */
        movw $0x1234, %ax
        pushw %ax
        pushw $0x5678
        pushw $-2
        popw %bx
        popw %cx
        popw %dx
        expect "push and pop"
        pushw %sp
        popw %ax
        subw %sp, %ax
        expect "push sp"
        pushl $0x89ABCDEF
        popw %ax
        popw %bx
        expect "push dword"
        pushaw
        movw %sp, %bp
        movw $0x4321, 14(%bp)
        popaw
        expect "pusha and popa"
        movw $0x0A0A, %bp
        enterw $8, $0
        movw %bp, %ax
        subw %sp, %ax
        leavew
        expect "enter and leave"
        enterw $4, $2
        movw -2(%bp), %cx
        leavew
        expect "enter, two levels"
        pushw %ds
        pushw %es
        popw %fs
        popw %gs
        movw %fs, %ax
        movw %gs, %bx
        expect "segment registers"
        movw %cs, %ax
        movw %ax, %fs
        movw %ax, %gs

        /* Calls */
        call near_routine
        expect "near call"
        lcall $0xF000, $far_routine
        expect "far call"
        movw $near_routine, %bx
        call *%bx
        expect "call through a register"
        pushw $0x1111
        pushw $0x2222
        call takes_two
        expect "ret with a count"
        pushfw
        pushw %cs
        pushw $1f
        iretw
1:      expect "iret"
        movw $3, %cx
        xorw %ax, %ax
2:      incw %ax
        loop 2b
        expect "loop"
        jcxz 3f
        movw $0xBAD, %ax
3:      expect "jcxz"
        movl $0x10000, %ecx
        jcxz 4f
        movw $0xBAD, %bx
4:      expect "jcxz looks at cx alone"
        movl $0x10002, %ecx
        xorw %ax, %ax
5:      incw %ax
        loopw 5b
        expect "loop counts cx alone"

        /* Addresses */
        movw $0x8000, %bx
        movw $0x0100, %si
        movw $0x1357, %es:(%bx,%si)
        movw %es:0x8100, %ax
        expect "bx+si"
        movw $0xFFFF, %bx
        movw $3, %di
        movb $0x77, %es:2
        movb %es:(%bx,%di), %al
        expect "the sum of an address wraps"
        movl $0x00000010, %esi
        movl $0x9ABCDEF0, %es:(%esi,%esi,4)
        movw %es:0x52, %ax
        expect "32-bit address"
        leaw 0x10(%bp,%di), %ax
        leal 0x12345(%ebx), %edx
        expect "lea"
        movw $0x4D00, %ax
        movw %ax, %ss:-4(%bp)
        movw -4(%bp), %bx
        expect "bp means ss"

        /* Strings */
        cld
        movw $0x200, %di
        movw $5, %cx
        movw $0xA55A, %ax
        rep stosw
        expect "stosw"
        movw $text, %si
        movw $0x200, %di
        movw $7, %cx
        rep movsb
        movw %es:0x204, %ax
        expect "movsb"
        movw $0x200, %di
        movw $20, %cx
        movb $'f', %al
        repne scasb
        expect "scasb"
        movw $text, %si
        movw $0x200, %di
        movw $20, %cx
        repe cmpsb
        expect "cmpsb"
        std
        movw $0x206, %di
        movw $3, %cx
        movb $0x99, %al
        rep stosb
        movw %es:0x204, %ax
        expect "downwards"
        cld
        movw $0xFFFF, %di
        movb $0x31, %al
        stosb
        expect "di wraps"
        xorw %cx, %cx
        movw $0x300, %di
        rep stosb
        expect "no repetition"
        lodsl
        expect "lodsd"

        /* Arithmetic */
        movw $0x7FFF, %ax
        addw $1, %ax
        expect "add overflows"
        movw $0x8000, %ax
        negw %ax
        expect "neg"
        movw $0xFFFF, %ax
        movw $0xFFFF, %bx
        mulw %bx
        cmpw %ax, %ax
        expect "mul"
        movw $-300, %ax
        movw $7, %bx
        cwtd
        idivw %bx
        cmpw %ax, %ax
        expect "idiv"
        movw $1000, %ax
        movb $7, %bl
        divb %bl
        cmpw %ax, %ax
        expect "div"
        movw $0x1234, %ax
        imulw $-3, %ax, %cx
        cmpw %ax, %ax
        expect "imul"
        movw $0x8001, %ax
        rolw $1, %ax
        rcrw $1, %ax
        expect "rol and rcr"
        movw $0x8421, %ax
        movw $0x1248, %bx
        shldw $4, %bx, %ax
        testw %ax, %ax
        expect "shld"
        movb $0x27, %al
        addb $0x35, %al
        daa
        andw $0xFF, %ax
        expect "daa"
        movw $0x0109, %ax
        addb $8, %al
        aaa
        testw %ax, %ax
        expect "aaa"
        movb $77, %al
        aam
        expect "aam"
        movw $0x0707, %ax
        aad
        expect "aad"
        movw $0x0203, %ax

        xchgb %ah, %al
        bswapl %eax
        movzbw %al, %bx
        movsbw %al, %cx
        expect "extensions"
        movw $0x40, %ax
        btsw $3, %ax
        bsfw %ax, %dx
        bsrw %ax, %cx
        testw %ax, %ax
        expect "bits"
        movw $0x1234, %ax
        movw $0x4321, %bx
        xaddw %ax, %bx
        expect "xadd"
        movw $0xFF, %ax
        setzb %bl
        setnzb %bh
        cmpw $0, %ax
        expect "set"

        /* Flags, pointers, tables */
        movw $0x0246, %ax
        pushw %ax
        popfw
        pushfw
        popw %ax
        andw $0x7FD5, %ax
        expect "popf"
        movb $0xFF, %ah
        sahf
        lahf
        expect "sahf and lahf"
        ldsw far_pointer, %bx
        movw %ds, %ax
        pushw %cs
        popw %ds
        expect "lds"
        movw $text, %bx
        movb $2, %al
        xlatb
        expect "xlat"
        movl %cr0, %eax
        andw $0x1F, %ax
        andb $0x0F, %al
        expect "cr0"

        /* Exceptions and interrupts */
        .set RESUME, 0x7F00

        .macro raises name, instruction:vararg
        movw $6f, %dx
        movw %dx, %ss:RESUME
        movw $5f, %cx
        xorw %ax, %ax
5:      \instruction
6:      subw %cx, %bx
        expect "\name"
        .endm

        raises "int", int $0x80
        raises "int3", int3
        movb $0x7F, %al
        addb $1, %al
        raises "into without overflow", into
        raises "divide error", divw zero
        raises "undefined", ud2
        raises "bound", boundw %cx, limits
        movw $0x2346, %ax
        raises "lock", .byte 0xF0, 0x90
        movw $4444f, %ss:RESUME
4444:   finish 2

near_routine:
        movw $0x0001, %ax
        ret
far_routine:
        movw $0x0002, %ax
        lret
takes_two:
        movw %sp, %bp
        movw 2(%bp), %ax
        movw 4(%bp), %bx
        ret $4

/* BX = where it happened, behind an INT; goes on at RESUME */
on_interrupt:
        popw %bx
        movw %ss:RESUME, %ax
        pushw %ax
        movw $0x1111, %ax
        iretw

/* On the stack, from the top: the return address, BP DI SI DX CX BX AX, FLAGS; SI is the name's. Clears all. */
print_state:
        cld
        call print_text
        movw %sp, %bp
        movw $12, %di
1:      movw 2(%bp,%di), %ax
        call print_word
        movb $' ', %al
        outb %al, $0xE9
        subw $2, %di
        jns 1b
        movw 16(%bp), %ax
        andw $DEFINED_FLAGS, %ax
        call print_word
        movb $'\n', %al
        outb %al, $0xE9
        popw %ax
        addw $16, %sp
        movw %ax, %ss:0x7F10
        xorw %ax, %ax
        xorw %bx, %bx
        xorw %cx, %cx
        xorw %dx, %dx
        xorw %si, %si
        xorw %di, %di
        xorw %bp, %bp
        jmp *%ss:0x7F10

        .section .rodata
text:   .asciz "abcdefghijkl"
        .balign 2
far_pointer: .word far_routine, 0xF000
zero:   .word 0
limits: .word 0, 0x7FFF

