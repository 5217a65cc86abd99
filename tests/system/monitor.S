/*
 * Runs cases, one after another, and says what each of them left: see README.md.
 *
 * The ROM holds cases, each a list of bytes to be written to the arena, and the arena's contents before that. The
 * monitor copies itself to RAM, makes the arena, enters the case in the state that the arena's state block has, and
 * comes back by whatever exception or interrupt the case ends with. It then sends what it found in the registers, and
 * each doubleword of the arena that is not as it was before. A reset is the end of a case, too: by a shutdown.
 *
 * From layout.ts: MONITOR, MONITOR_DATA, STUBS, ARENA, BEFORE, DEFAULT, the selectors MONITOR_CODE_SELECTOR and
 * MONITOR_DATA_SELECTOR, LOG_VECTOR, the flags of cases, ROM_MONITOR, where the ROM has this file, s_FIELD of the state
 * block, c_FIELD of `captured`, which is what the monitor notes, and its size, CAPTURED_BYTES.
 */
        .set TEXT_PORT, 0xE9
        .set EXIT_PORT, 0xF4
        .set SHUTDOWN_PORT, 0x8900      /* Bochs ends when "Shutdown" has been written to it */
        .set APIC, 0xFEE00000

        .set STACK, MONITOR_DATA+0x1000
        .set LOG, MONITOR_DATA+0x1000
        .set LOG_RECORDS_MAX, 100
        .set RUNNING_MAGIC, 0x4E4E5552

        .set running, MONITOR_DATA      /* RUNNING_MAGIC: a reset comes from a case */
        .set case_pointer, MONITOR_DATA+4
        .set next_pointer, MONITOR_DATA+8
        .set case_flags, MONITOR_DATA+12
        .set log_count, MONITOR_DATA+16
        .set capturing, MONITOR_DATA+20 /* not 0: a fault now is the monitor's own */
        .set difference, MONITOR_DATA+0x18
        .set own_fault, MONITOR_DATA+0x20
        .set patches, MONITOR_DATA+0x28 /* of the case */
        .set busy_task, MONITOR_DATA+0x2C       /* its selector, or 0 */
        .set restore_all, MONITOR_DATA+0x30     /* not 0: more has changed than a case's patches */
        .set keep, MONITOR_DATA+0x34    /* not 0: the next case takes what this one left */

        .text
/* Filled in by rom.ts */
header:
features: .long 0
cases:  .long 0
default_image: .long 0
ranges: .skip 8*16                      /* offset and length of what is restored and compared */

        .code16
boot:   cli
        cld
        lgdtl %cs:boot_table-header+0xC000
        movl %cr0, %eax
        orb $1, %al
        movl %eax, %cr0
        ljmpl $MONITOR_CODE_SELECTOR, $boot_32-header+ROM_MONITOR
        .balign 4
boot_table: .word 3*8-1
        .long table-header+ROM_MONITOR

        .code32
boot_32:
        movw $MONITOR_DATA_SELECTOR, %ax
        movw %ax, %ds
        movw %ax, %es
        movw %ax, %ss
        movl $STACK, %esp
        movl $ROM_MONITOR, %esi
        movl $MONITOR, %edi
        movl $0x3F00/4, %ecx
        rep movsl
        ljmp $MONITOR_CODE_SELECTOR, $start

start:  lgdt table_pointer
        lidt interrupt_pointer
        pushl $2
        popfl
        movb $0xFF, %al
        outb %al, $0x21
        outb %al, $0xA1
        movl $0x1FF, APIC+0xF0          /* on */
        movl $0x10000, APIC+0x350       /* and deaf to the 8259 */
        cmpl $RUNNING_MAGIC, running
        je after_shutdown
        movl $RUNNING_MAGIC, running
        movl $signature, %esi
        movl $signature_end-signature, %ecx
        call send
        movl cases, %eax
        movl %eax, case_pointer
        movl $1, restore_all
        movl default_image, %esi
        movl $ranges, %ebx
1:      movl (%ebx), %edi
        movl 4(%ebx), %ecx
        jecxz next_case
        addl $DEFAULT, %edi
        shrl $2, %ecx
        rep movsl
        addl $8, %ebx
        jmp 1b

after_shutdown:
        movl $after_text, %esi
        movl $after_text_end-after_text, %ecx
        call send
        movl $1, restore_all
        jmp report

/* ESI, ECX: bytes */
send:   movl $TEXT_PORT, %edx
        rep outsb
        ret

send_type:
        outb %al, $TEXT_PORT
        ret

/* ESI → a patch: EDI its offset, ECX its length, ESI → its bytes; or the carry flag, and ESI behind the last */
next_patch:
        movzwl (%esi), %edi
        addl $2, %esi
        cmpl $0xFFFF, %edi
        je 1f
        movzbl (%esi), %ecx
        incl %esi
        clc
        ret
1:      stc
        ret

/* ECX bytes from ESI to offset EDI of both the arena and what it was before; ESI goes on */
write:  pushl %edi
        pushl %esi
        pushl %ecx
        addl $ARENA, %edi
        rep movsb
        popl %ecx
        popl %esi
        popl %edi
        addl $BEFORE, %edi
        rep movsb
        ret

next_case:
        movl $0, capturing
        movl $0, log_count
        movl case_pointer, %esi
        movzbl (%esi), %eax
        cmpb $CASE_END, %al
        je finish
        movl %eax, case_flags
        testb $CASE_KEEP_ARENA, %al
        jnz 3f
        cmpl $0, restore_all
        jne 1f

        /* Back to the default: what the last case brought, and its task, which has become busy. */
        movl patches, %esi
2:      call next_patch
        jc 4f
        pushl %esi
        pushl %ecx
        leal DEFAULT(%edi), %esi
        call write
        popl %ecx
        popl %esi
        addl %ecx, %esi
        jmp 2b
4:      movl busy_task, %edi
        leal DEFAULT(%edi), %esi
        movl $8, %ecx
        call write
        jmp 3f

1:      movl $0, restore_all
        movl $ranges, %ebx
5:      movl (%ebx), %edi
        movl 4(%ebx), %ecx
        jecxz 3f
        leal DEFAULT(%edi), %esi
        call write
        addl $8, %ebx
        jmp 5b

        /* The case's own */
3:      movl case_pointer, %esi
        incl %esi
        movl %esi, patches
6:      call next_patch
        jc 7f
        call write
        jmp 6b
7:      movl %esi, next_pointer
        movl $0, busy_task
        testb $CASE_KEEP_ARENA, case_flags
        jz 8f
        movl $1, restore_all
8:
        lgdt s_gdtLimit+2
        testb $CASE_KEEP_TASKS, case_flags
        jnz 1f
        testl $FEATURE_TASKS, features
        jz 1f
        lldt s_ldtr
        movl s_tr, %ebx
        testl %ebx, %ebx
        jz 1f
        ltr %bx
        /* A busy task before the case is no difference. */
        movl %ebx, busy_task
        movb ARENA+5(%ebx), %al
        movb %al, BEFORE+5(%ebx)
1:      testl $FEATURE_PAGING, features
        jz 2f
        xorl %eax, %eax
        movl %eax, %cr2
        movl s_cr3, %eax
        movl %eax, %cr3
        movl s_cr4, %eax
        movl %eax, %cr4
2:      lidt s_idtLimit+2
        cmpl $0, s_sysenterCs
        je 3f
        movl $0x174, %ecx
        movl $s_sysenterCs, %ebx
        xorl %edx, %edx
4:      movl (%ebx), %eax
        wrmsr
        addl $4, %ebx
        incl %ecx
        cmpl $0x177, %ecx
        jb 4b
3:      movl s_interrupt, %eax
        testl %eax, %eax
        jz 4f
        orl $0x44000, %eax
        movl %eax, APIC+0x300
4:      movl s_cr0, %eax
        movl %eax, %cr0
        jmp 5f
5:      testl $FEATURE_DEBUG, features
        jz enter
        movl s_dr0, %eax
        movl %eax, %dr0
        movl s_dr1, %eax
        movl %eax, %dr1
        movl s_dr2, %eax
        movl %eax, %dr2
        movl s_dr3, %eax
        movl %eax, %dr3
        movl s_dr6, %eax
        movl %eax, %dr6
        movl s_dr7, %eax
        movl %eax, %dr7

enter:  testl $0x20000, s_eflags
        jnz enter_virtual
        movw s_es, %es
        movw s_fs, %fs
        movw s_gs, %gs
        testb $3, s_cs
        jnz enter_outer
        movl s_esp, %eax
        movw s_ss, %ss
        movl %eax, %esp
        jmp enter_common
enter_virtual:
        pushl s_gs
        pushl s_fs
        pushl s_ds
        pushl s_es
enter_outer:
        pushl s_ss
        pushl s_esp
enter_common:
        pushl s_eflags
        pushl s_cs
        pushl s_eip
        movl s_eax, %eax
        movl s_ecx, %ecx
        movl s_edx, %edx
        movl s_ebx, %ebx
        movl s_ebp, %ebp
        movl s_esi, %esi
        movl s_edi, %edi
        testl $0x20000, s_eflags
        jnz 1f
        movw s_ds, %ds
1:      iretl

        .macro stub vector
        .balign 8
        .if \vector==8||(\vector>=10&&\vector<=14)||\vector==17
        .else
        pushl $0
        .endif
        pushl $\vector
        jmp capture
        .endm

        .org STUBS-MONITOR
stubs:
        .set VECTOR, 0
        .rept 64
        stub VECTOR
        .balign 16
        .set VECTOR, VECTOR+1
        .endr

capture:
        pushl %eax
        movl %ds, %eax
        pushl %eax
        movw $MONITOR_DATA_SELECTOR, %ax
        movw %ax, %ds
        popl c_ds
        popl c_eax
        popl c_vector
        popl c_error
        cmpl $0, capturing
        jne own
        movl $1, capturing
        movl %esp, c_esp
        pushfl
        popl c_eflags
        movl %ecx, c_ecx
        movl %edx, c_edx
        movl %ebx, c_ebx
        movl %ebp, c_ebp
        movl %esi, c_esi
        movl %edi, c_edi
        movl %ss, %eax
        movl %eax, c_ss
        movl %es, %eax
        movl %eax, c_es
        movl %fs, %eax
        movl %eax, c_fs
        movl %gs, %eax
        movl %eax, c_gs
        movl %cr0, %eax
        movl %eax, c_cr0
        testl $FEATURE_TASKS, features
        jz 1f
        xorl %eax, %eax
        sldt %ax
        movl %eax, c_ldtr
        str %ax
        movl %eax, c_tr
1:      testl $FEATURE_PAGING, features
        jz 2f
        movl %cr2, %eax
        movl %eax, c_cr2
        movl %cr3, %eax
        movl %eax, c_cr3
        movl %cr4, %eax
        movl %eax, c_cr4
2:      testl $FEATURE_DEBUG, features
        jz 3f
        movl %dr6, %eax
        movl %eax, c_dr6
        movl %dr7, %eax
        movl %eax, c_dr7
        xorl %eax, %eax
        movl %eax, %dr7
3:
        cld
        movw $MONITOR_DATA_SELECTOR, %ax
        movw %ax, %es
        movl log_count, %edi
        cmpl $LOG_RECORDS_MAX, %edi
        jae leave
        incl log_count
        imull $CAPTURED_BYTES, %edi
        addl $LOG, %edi
        movl $captured, %esi
        movl $CAPTURED_BYTES/4, %ecx
        rep movsl
        cmpl $LOG_VECTOR, c_vector
        jne leave

        /* Only noted: the case goes on. */
        testl $FEATURE_DEBUG, features
        jz 4f
        movl c_dr7, %eax
        movl %eax, %dr7
4:      movl c_ecx, %ecx
        movl c_edx, %edx
        movl c_esi, %esi
        movl c_edi, %edi
        movw c_es, %es
        movl $0, capturing
        movl c_ds, %eax
        movw %ax, %ds
        movl %cs:c_eax, %eax
        iretl

leave:  movl $0x11, %eax
        movl %eax, %cr0
        jmp 1f
1:      lgdt table_pointer
        lidt interrupt_pointer
        ljmp $MONITOR_CODE_SELECTOR, $1f
1:      movw $MONITOR_DATA_SELECTOR, %ax
        movw %ax, %ds
        movw %ax, %es
        movw %ax, %ss
        movl $STACK, %esp
        xorl %eax, %eax
        movw %ax, %fs
        movw %ax, %gs
        pushl $2
        popfl
        testl $FEATURE_PAGING, features
        jz 1f
        xorl %eax, %eax
        movl %eax, %cr4
1:      cmpl $0, s_interrupt
        je report
        /* The request may be in service, or still wait. */
        movl $0, APIC+0xB0
        sti
        nop
        nop
        cli
        movl $0, APIC+0xB0

/* Sends the records, what has changed in the arena, and that this case is over. */
report: movl log_count, %ebx
        movl $LOG, %esi
1:      testl %ebx, %ebx
        jz 2f
        movb $'C', %al
        call send_type
        movl $CAPTURED_BYTES, %ecx
        call send
        decl %ebx
        jmp 1b
2:
        movl next_pointer, %eax
        movzbl (%eax), %eax
        andl $CASE_KEEP_ARENA, %eax
        movl %eax, keep
        movl $ranges, %ebx
3:      movl (%ebx), %esi
        movl 4(%ebx), %ebp
        testl %ebp, %ebp
        jz 5f
        addl $BEFORE, %esi
        addl %esi, %ebp
4:      .set OFFSET, 0
        .rept 8
        movl OFFSET(%esi), %eax
        cmpl OFFSET+ARENA-BEFORE(%esi), %eax
        jne 6f
        .set OFFSET, OFFSET+4
        .endr
7:      addl $32, %esi
        cmpl %ebp, %esi
        jb 4b
        addl $8, %ebx
        jmp 3b

        /* Some of these eight: each is sent, and made equal. */
6:      xorl %edi, %edi
8:      movl (%esi,%edi), %eax
        movl ARENA-BEFORE(%esi,%edi), %edx
        cmpl %edx, %eax
        je 1f
        movl %edx, difference+2
        leal -BEFORE(%esi,%edi), %ecx
        movw %cx, difference
        cmpl $0, keep
        je 9f
        movl %edx, (%esi,%edi)
        jmp 2f
9:      movl %eax, ARENA-BEFORE(%esi,%edi)
2:      pushl %esi
        movb $'D', %al
        call send_type
        movl $difference, %esi
        movl $6, %ecx
        call send
        popl %esi
1:      addl $4, %edi
        cmpl $32, %edi
        jb 8b
        jmp 7b
5:      movb $'E', %al
        call send_type
        movl next_pointer, %eax
        movl %eax, case_pointer
        jmp next_case

/* What the monitor itself needs is not there. */
own:    movl c_vector, %eax
        movl %eax, own_fault
        popl own_fault+4
        movw $MONITOR_DATA_SELECTOR, %ax
        movw %ax, %ss
        movl $STACK, %esp
        cld
        movb $'F', %al
        call send_type
        movl $own_fault, %esi
        movl $8, %ecx
        call send
        jmp end

finish: movb $'Z', %al
        call send_type
end:    movl $0, running
        movl $shutdown_text, %esi
        movl $8, %ecx
        movl $SHUTDOWN_PORT, %edx
        rep outsb
        movb $0, %al
        outb %al, $EXIT_PORT
1:      jmp 1b

/* An interrupt that the case left waiting */
drop:   iretl

        .balign 8
table:  .quad 0
        .quad 0x00CF9B000000FFFF
        .quad 0x00CF93000000FFFF
table_end:
        .word 0
table_pointer: .word table_end-table-1
        .long table
        .balign 8
interrupt_table:
        .set VECTOR, 0
        .rept 64
        .set TARGET, stubs-header+MONITOR+16*VECTOR
        .if VECTOR>=0x20
        .set TARGET, drop-header+MONITOR
        .endif
        .word TARGET&0xFFFF, MONITOR_CODE_SELECTOR, 0x8E00, TARGET>>16
        .set VECTOR, VECTOR+1
        .endr
interrupt_table_end:
        .word 0
interrupt_pointer: .word interrupt_table_end-interrupt_table-1
        .long interrupt_table

shutdown_text: .ascii "Shutdown"
after_text: .ascii "atomicos after a shutdown\n"
after_text_end:
signature: .ascii "atomicos system cases\n"
signature_end:

        .org 0x3FF0, 0xFF
        .code16
        ljmp $0xF000, $boot-header+0xC000
        .org 0x4000, 0xFF
