/*
 * void tournament_change(struct tournament *tournament, uint8_t number, uint64_t key);
 *
 * Plays the number up from its leaf: eight rounds, written out. A third of the kernel's longest operations are these
 * rounds, and the compiler has not registers enough for them. The macros' numbers are struct tournament's (tournament.c
 * compares them).
 *
 *   ebx tournament   ecx node   dl the number that has won so far   edi:esi its key   eax the neighbour
 */
#include "tournament_layout.h"

        .macro play neighbours
        xorl $1, %ecx
        movzbl \neighbours(%ebx, %ecx), %eax
        shrl %ecx
        movl 4(%ebx, %eax, 8), %ebp
        cmpl %esi, (%ebx, %eax, 8)
        sbbl %edi, %ebp
        jae 1f
        movl (%ebx, %eax, 8), %esi
        movl 4(%ebx, %eax, 8), %edi
        movb %al, %dl
1:      movb %dl, TOURNAMENT_WINNER(%ebx, %ecx)
        .endm

        .text
        .globl tournament_change
        .type tournament_change, @function
tournament_change:
        pushl %ebx
        pushl %esi
        pushl %edi
        pushl %ebp
        movl %eax, %ebx
        movzbl %dl, %edx
        movl 20(%esp), %esi
        movl 24(%esp), %edi
        leal 256(%edx), %ecx
        movl %esi, (%ebx, %edx, 8)
        movl %edi, 4(%ebx, %edx, 8)
        play TOURNAMENT_WINNER
        play TOURNAMENT_WINNER
        play TOURNAMENT_WINNER
        play TOURNAMENT_WINNER
        play TOURNAMENT_WINNER
        /* The group's winner; a closed group's goes no further. Nodes 8 to 15 are the groups. */
        movzwl TOURNAMENT_OPEN(%ebx), %eax
        btl %ecx, %eax
        jnc 2f
        movb %dl, TOURNAMENT_OF_GROUP_NODE(%ebx, %ecx)
        play TOURNAMENT_OF_GROUP_NODE
        play TOURNAMENT_WINNER
        play TOURNAMENT_WINNER
2:      popl %ebp
        popl %edi
        popl %esi
        popl %ebx
        ret
        .size tournament_change, . - tournament_change

        .section .note.GNU-stack, "", @progbits
