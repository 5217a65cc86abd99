/*
 * The short ways of `call` and `reply_and_wait`: from a client that is the most urgent process itself, by an original
 * capability, to a server that waits; and from the server back to a client that is that, if nothing has been lent, locked or
 * notified. Then it is known whom dispatch() would choose, and who pays is the same as before. Everything else goes the long
 * way, calls/call_requests.c, which does the same to these two, in two to three times as many cycles.
 *
 * They are entered behind what system_call_entry does: at the stack pointer is the end of the caller's frame, which holds its
 * registers, and the message is in EBX, ESI, EDI and EBP still.
 */
#include "frame.h"
#include "short_calls.h"
#include "system_call_numbers.h"
#include "tournament_layout.h"

        .set MOST_URGENT, scheduler_ready + TOURNAMENT_WINNER + 1

        .text
        .globl short_call
        .type short_call, @function
short_call:
        movl SHORT_PROCESS_TASK - FRAME_BYTES(%esp), %ecx
        movl FRAME_EAX - FRAME_BYTES(%esp), %edx
        shrl $CALL_SLOT_SHIFT, %edx
        movzwl SHORT_TASK_SLOTS(%ecx), %eax
        cmpl %eax, %edx
        jae call_long
        movzwl SHORT_TASK_SLOTS_FIRST(%ecx), %eax
        addl %edx, %eax
        leal (%eax, %eax, SHORT_CAPABILITY_WORDS - 1), %eax
        cmpw $SHORT_ORIGINAL_OF_PROCESS, capability_slots(, %eax, 4)
        jne call_long
        testl $SHORT_RIGHT_CALL, capability_slots + SHORT_CAPABILITY_RIGHTS(, %eax, 4)
        jz call_long
        movzbl capability_slots + SHORT_CAPABILITY_INDEX(, %eax, 4), %eax
        /* On the long way it does not wait yet, and this means nothing. */
        movb %al, SHORT_PROCESS_WAITS_FOR - FRAME_BYTES(%esp)
        shll $PROCESS_SHIFT, %eax
        leal -FRAME_BYTES(%esp), %edx
        subl $processes, %edx
        shrl $PROCESS_SHIFT, %edx
        cmpb %dl, MOST_URGENT
        jne call_long
        addl $processes, %eax
        cmpw $SHORT_WAITS_FOR_EVENTS, SHORT_PROCESS_STATE(%eax)
        jne call_long
        cmpb $0, SHORT_PROCESS_ACCEPTS_CALLS(%eax)
        je call_long
        movb $SHORT_WAIT_REPLY, SHORT_PROCESS_WAIT - FRAME_BYTES(%esp)
        movl %edx, FRAME_EAX(%eax)
        movb %dl, SHORT_PROCESS_SERVES(%eax)
        movw $SHORT_SERVES, SHORT_PROCESS_STATE(%eax)
        /* To the one at EAX. */
hand_over:
        movl %edi, FRAME_EDI(%eax)
        movl %esi, FRAME_ESI(%eax)
        movl %ebp, FRAME_EBP(%eax)
        movl %ebx, FRAME_EBX(%eax)
        movl $kernel_stack_end, %esp
        call dispatch_hand_over
        testl %eax, %eax
        jnz exchange
        jmp stays
call_long:
        movl $CALL_CALL, %eax
        jmp system_call_long
        .size short_call, . - short_call

        .globl short_reply_and_wait
        .type short_reply_and_wait, @function
short_reply_and_wait:
        movzbl SHORT_PROCESS_SERVES - FRAME_BYTES(%esp), %eax
        cmpb %al, MOST_URGENT
        jne reply_and_wait_long
        cmpb $SHORT_STATE_SERVING, SHORT_PROCESS_STATE - FRAME_BYTES(%esp)
        jne reply_and_wait_long
        cmpb $SHORT_NO_LOCK, SHORT_PROCESS_NEWEST_LOCK - FRAME_BYTES(%esp)
        jne reply_and_wait_long
        movl SHORT_PROCESS_AWAITED - FRAME_BYTES(%esp), %edx
        testl %edx, SHORT_PROCESS_NOTIFICATIONS - FRAME_BYTES(%esp)
        jnz reply_and_wait_long
        shll $PROCESS_SHIFT, %eax
        addl $processes, %eax
        cmpw $0, SHORT_PROCESS_LENT(%eax)
        jne reply_and_wait_long
        movb $SHORT_NOBODY, SHORT_PROCESS_SERVES - FRAME_BYTES(%esp)
        movw $SHORT_WAITS_FOR_EVENTS, SHORT_PROCESS_STATE - FRAME_BYTES(%esp)
        movb $SHORT_WAIT_NOTHING, SHORT_PROCESS_WAIT(%eax)
        movl $RESULT_OK, FRAME_EAX(%eax)
        jmp hand_over
reply_and_wait_long:
        movl $CALL_REPLY_AND_WAIT, %eax
        jmp system_call_long
        .size short_reply_and_wait, . - short_reply_and_wait

        .section .note.GNU-stack, "", @progbits
