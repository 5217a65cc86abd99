/*
 * Every way into the kernel from a process, and the ways back.
 *
 * extern const uint32_t vector_entries[VECTOR_ENTRIES];
 *
 * Exceptions and interrupts arrive with the stack pointer in the frame of the running process (frame.h), which they
 * complete; system calls go there by themselves. Then the kernel's own stack is taken, empty: nothing of an earlier entry
 * is on it, so there is nothing to restore. On the way back the registers come from the frame of whoever runs then.
 */
#include "contexts.h"
#include "flow_facts.h"
#include "frame.h"
#include "hardware_jobs.h"
#include "hardware_task.h"
#include "local_apic.h"
#include "segments.h"
#include "system_call_numbers.h"
#include "task_scheduler.h"
#include "vectors.h"

        /* A process may have put anything into DS and ES that it is allowed to: nothing, say. */
        .macro if_data_segments_are_foreign there
        movl %ds, %edx
        cmpl $SELECTOR_USER_DATA, %edx
        jne \there
        movl %es, %edx
        cmpl $SELECTOR_USER_DATA, %edx
        jne \there
        .endm

        .macro take_data_segments
        movl $SELECTOR_USER_DATA, %edx
        movl %edx, %ds
        movl %edx, %es
        .endm

        .text
        SYSTEM_CALL_OPERATIONS WCET_BY_SYSENTER, sysenter
        .globl system_call_entry
        .type system_call_entry, @function
system_call_entry:
        testl %eax, %eax
        jnz something
        sti
        sysexit
something:
        movl (%esp), %esp               /* the task state segment's ring 0 stack: the end of the caller's frame */
        testl $HARDWARE_JOB_MARK, %esp
        jnz call_of_hardware_job
        movl %edi, FRAME_EDI - FRAME_BYTES(%esp)
        movl %esi, FRAME_ESI - FRAME_BYTES(%esp)
        movl %ebp, FRAME_EBP - FRAME_BYTES(%esp)
        movl %ebx, FRAME_EBX - FRAME_BYTES(%esp)
        movl %eax, FRAME_EAX - FRAME_BYTES(%esp)
        movl %edx, FRAME_EIP - FRAME_BYTES(%esp)
        movl %ecx, FRAME_ESP - FRAME_BYTES(%esp)
        movl $FRAME_EFLAGS_AFTER_CALL, FRAME_EFLAGS - FRAME_BYTES(%esp)
        movl %esp, FRAME_LEFT_BY_CALL - FRAME_BYTES(%esp)
        if_data_segments_are_foreign ask_again
        andl $CALL_NUMBER_MASK, %eax
        cmpl $CALL_CALL, %eax
        je short_call
        cmpl $CALL_REPLY_AND_WAIT, %eax
        je short_reply_and_wait
        .globl system_call_long
system_call_long:                       /* the call's number is in EAX */
        cmpl $CALL_COUNT, %eax
        jae refused
        movl $kernel_stack_end, %esp
        call *system_call_table(, %eax, 4)
        testl %eax, %eax                /* whether dispatch() is due */
        jz resume
        .globl leave_to_another
leave_to_another:
        call dispatch
        testl %eax, %eax
        jz stays
        /* hardware_task.h. The flags come with the context. */
        .globl exchange
exchange:
        movb %al, number_to_be
        movl %eax, CONTEXT_STORE_BASE + CONTEXTS_CONTROL
        wcet_mark WCET_KIND_ENTER
        .globl exchange_point
exchange_point:
        wcet_mark WCET_KIND_ITER, 0, EXCHANGE_LOOKS_MAX
        movl CONTEXT_STORE_BASE + CONTEXTS_STATUS, %eax
        cmpb %al, number_to_be
        jne exchange_point
resume:
        movl running, %esp
        cmpl $0, FRAME_LEFT_BY_CALL(%esp)
        je resume_by_iret
        movl FRAME_EDI(%esp), %edi
        movl FRAME_ESI(%esp), %esi
        movl FRAME_EBP(%esp), %ebp
        movl FRAME_EBX(%esp), %ebx
        movl FRAME_EAX(%esp), %eax
        movl FRAME_EIP(%esp), %edx
        movl FRAME_ESP(%esp), %ecx
        sti
        sysexit
resume_by_iret:
        popal
        addl $8, %esp                   /* vector and error code */
        iret
        /* The caller gets its own segments back, and its call another chance. */
ask_again:
        take_data_segments
        movl running, %edx
        movl $REFUSED_AGAIN, FRAME_EAX(%edx)
        jmp resume
refused:
        movl $kernel_stack_end, %esp
        call system_call_unknown
        jmp resume
        /* A system call comes with the caller's flags: those that mean something to IRET, or to whoever is next, go. */
        .globl stays
stays:
        pushl $2
        popfl
        jmp resume
        /* hardware_jobs.h: no call is for it. */
call_of_hardware_job:
        decl %esp
        pushl $SELECTOR_USER_DATA
        pushl %ecx
        pushl $2
        pushl $SELECTOR_USER_CODE
        pushl %edx
        pushl $0
        pushl $VECTOR_SYSTEM_CALL
        pushal
        jmp hardware_job_stops
        .size system_call_entry, . - system_call_entry

        SYSTEM_CALL_OPERATIONS WCET_BY_SOFTWARE_INTERRUPT, int
        .globl system_call_by_interrupt
        .type system_call_by_interrupt, @function
system_call_by_interrupt:
        subl $8, %esp
        pushal
        cmpl %esp, %ss:running
        jne interrupted_call_of_hardware_job
        movl $0, FRAME_LEFT_BY_CALL(%esp)
        if_data_segments_are_foreign ask_again
        andl $CALL_NUMBER_MASK, %eax
        jmp system_call_long
interrupted_call_of_hardware_job:
        movl $VECTOR_SYSTEM_CALL, FRAME_VECTOR(%esp)
        movl $0, FRAME_ERROR(%esp)
        jmp hardware_job_stops
        .size system_call_by_interrupt, . - system_call_by_interrupt

        .type exception_enter, @function
exception_enter:
        pushal
        testb $3, FRAME_CS(%esp)
        jz from_kernel
        cmpl %esp, %ss:running
        jne hardware_job_stops
        movl $0, FRAME_LEFT_BY_CALL(%esp)
        take_data_segments
        movl $kernel_stack_end, %esp
        call fault
        jmp leave_to_another
        /*
         * The kernel raises no exception, but a process that single-steps into SYSENTER does in the kernel's first
         * instruction: it goes on without.
         */
from_kernel:
        cmpl $VECTOR_DEBUG, FRAME_VECTOR(%esp)
        jne kernel_fault
        cmpl $system_call_entry, FRAME_EIP(%esp)
        jne kernel_fault
        andl $~0x100, FRAME_EFLAGS(%esp)
        popal
        addl $8, %esp
        iret
kernel_fault:
        movl %esp, %eax
        call kernel_exception
        .size exception_enter, . - exception_enter

        .type interrupt_enter, @function
interrupt_enter:
        pushal
        cld
        cmpl %esp, %ss:running
        jne hardware_job_is_interrupted
        movl $0, FRAME_LEFT_BY_CALL(%esp)
        take_data_segments
        movl $kernel_stack_end, %esp
        call interrupt
        call dispatch
        testl %eax, %eax
        jnz exchange
        jmp resume
        /* It has called `nothing`, which came back with interrupts on; they are those of the others. */
hardware_job_is_interrupted:
        movl $0, %ss:LOCAL_APIC_BASE + LOCAL_APIC_EOI
        jmp hardware_job_stops
        .size interrupt_enter, . - interrupt_enter

/*
 * A hardware job's way into the kernel, with its registers in its row, and whatever is in DS: it is noted as stopped, the timer is to interrupt whoever
 * runs else, and it blocks itself. Whatever it may be woken by, it goes no further than that.
 */
        .type hardware_job_stops, @function
hardware_job_stops:
        movl %cr2, %eax
        movl %eax, FRAME_ADDRESS(%esp)
        movl %esp, %eax
        subl $processes, %eax
        shrl $PROCESS_SHIFT, %eax
        btsl %eax, %ss:hardware_jobs_stopped
        movb $1, %ss:hardware_job_has_stopped
        movl $1, %ss:LOCAL_APIC_BASE + LOCAL_APIC_INITIAL_COUNT
stays_blocked:
        wcet_mark WCET_KIND_FOREVER
        movl $0, %ss:TASK_SCHEDULER_BASE + TASK_SCHEDULER_BLOCK
        jmp stays_blocked
        .size hardware_job_stops, . - hardware_job_stops

/*
 * void idle_loop(void);
 *
 * Process 0, in ring 0. Its stack is its frame: an interrupt pushes what it pushes in ring 0, which is where the frame
 * wants it, and on the way back the stack pointer is there again.
 */
        .globl idle_loop
        .type idle_loop, @function
idle_loop:
        wcet_mark WCET_KIND_FOREVER
        hlt
        jmp idle_loop
        .size idle_loop, . - idle_loop

        .pushsection .rodata.vector_entries, "a"
        .balign 4
        .globl vector_entries
        .type vector_entries, @object
        .size vector_entries, 4 * VECTOR_ENTRIES
vector_entries:
        .popsection

        /* The way in, for the analysis of execution times; the name has the number that `%` makes of the vector. */
        .altmacro
        .macro declare way, kind, number
        wcet_operation \way, <\kind \number>
        .endm

        .set vector, 0
        .rept VECTOR_ENTRIES
1:
        .if vector >= VECTOR_EXCEPTIONS_END
        declare WCET_BY_INTERRUPT, interrupt, %vector
        pushl $0
        pushl $vector
        jmp interrupt_enter
        .elseif ((VECTORS_WITH_ERROR_CODE >> vector) & 1) == 0
        declare WCET_BY_INTERRUPT, exception, %vector
        pushl $0
        pushl $vector
        jmp exception_enter
        .else
        declare WCET_BY_EXCEPTION_WITH_CODE, exception, %vector
        pushl $vector
        jmp exception_enter
        .endif
        .pushsection .rodata.vector_entries
        .long 1b
        .popsection
        .set vector, vector + 1
        .endr

/* What hardware_jobs.h has of them; and the number that dispatch() chose. */
        .section .bss.hardware_jobs, "aw", @nobits
        .balign 4
        .globl hardware_jobs_stopped, hardware_job_has_stopped
hardware_jobs_stopped:
        .skip 32
hardware_job_has_stopped:
        .skip 1
number_to_be:
        .skip 1

/* The kernel's stack: of the boot, then of every entry from its end on. */
        .section .bss.kernel_stack, "aw", @nobits
        .balign 16
        .skip 1024
        .globl kernel_stack_end
kernel_stack_end:

        .section .note.GNU-stack, "", @progbits
