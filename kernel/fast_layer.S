/*
 * The fast IPC layer (fast_layer.h), where the call gate leads: EAX is the row, EBX, ESI, EDI and EBP are the words. It answers
 * with EAX and the same; ECX and EDX are not kept. On the stack, which is the process's for ring 1, are its EIP, CS, ESP and
 * SS; above them how many rows it has, and the rows.
 *
 * extern const uint8_t fast_layer_code[];
 */
#include "fast_layer.h"
#include "flow_facts.h"
#include "mailbox.h"
#include "memory_map.h"
#include "system_call_numbers.h"

        .set CALLER_BYTES, 16

        .text
        .balign 32
        .globl fast_layer_code
        .type fast_layer_code, @function
        wcet_operation WCET_BY_CALL_GATE, "fast layer"
fast_layer_code:
        cmpl CALLER_BYTES(%esp), %eax
        jae no_such_row
        shll $FAST_LAYER_ROW_SHIFT, %eax
        leal CALLER_BYTES + FAST_LAYER_ROWS(%esp, %eax), %edx
        movl FAST_LAYER_ROW_WHERE(%edx), %ecx
        movl (%edx), %eax
        cmpl $FAST_LAYER_GET, %eax
        jb put
        je get
        cmpl $FAST_LAYER_SEND, %eax
        je send
        /* Receive. The message is in the window by the time it is looked at. */
        movl MAILBOX_BASE(%ecx), %eax
        testl %eax, %eax
        js nothing_received
        movl MAILBOX_WINDOW_BASE, %ebx
        movl MAILBOX_WINDOW_BASE + 4, %esi
        movl MAILBOX_WINDOW_BASE + 8, %edi
        movl MAILBOX_WINDOW_BASE + 12, %ebp
nothing_received:
        lret
send:
        movl %ebx, MAILBOX_WINDOW_BASE
        movl %esi, MAILBOX_WINDOW_BASE + 4
        movl %edi, MAILBOX_WINDOW_BASE + 8
        movl %ebp, MAILBOX_WINDOW_BASE + 12
        movl MAILBOX_BASE(%ecx), %eax
        lret
put:
        movl (%ecx), %eax
        subl FAST_LAYER_LANE_TAKEN(%ecx), %eax
        movl FAST_LAYER_ROW_SLOTS(%edx), %edx
        cmpl %edx, %eax
        jae full
        decl %edx
        andl (%ecx), %edx
        shll $FAST_LAYER_SLOT_SHIFT, %edx
        movl %ebx, FAST_LAYER_LANE_SLOTS(%ecx, %edx)
        movl %esi, FAST_LAYER_LANE_SLOTS + 4(%ecx, %edx)
        movl %edi, FAST_LAYER_LANE_SLOTS + 8(%ecx, %edx)
        movl %ebp, FAST_LAYER_LANE_SLOTS + 12(%ecx, %edx)
        incl (%ecx)
        xorl %eax, %eax
        lret
get:
        movl FAST_LAYER_LANE_TAKEN(%ecx), %eax
        cmpl (%ecx), %eax
        je empty
        movl FAST_LAYER_ROW_SLOTS(%edx), %edx
        decl %edx
        andl %eax, %edx
        shll $FAST_LAYER_SLOT_SHIFT, %edx
        movl FAST_LAYER_LANE_SLOTS(%ecx, %edx), %ebx
        movl FAST_LAYER_LANE_SLOTS + 4(%ecx, %edx), %esi
        movl FAST_LAYER_LANE_SLOTS + 8(%ecx, %edx), %edi
        movl FAST_LAYER_LANE_SLOTS + 12(%ecx, %edx), %ebp
        incl FAST_LAYER_LANE_TAKEN(%ecx)
        xorl %eax, %eax
        lret
full:
        movl $REFUSED_FULL, %eax
        lret
empty:
        movl $REFUSED_EMPTY, %eax
        lret
no_such_row:
        movl $REFUSED_BAD_SLOT, %eax
        lret
        .balign 32
fast_layer_code_end:
        .size fast_layer_code, fast_layer_code_end - fast_layer_code
        .globl fast_layer_code_bytes
        .set fast_layer_code_bytes, fast_layer_code_end - fast_layer_code

        .section .note.GNU-stack, "", @progbits
