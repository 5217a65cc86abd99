# From the boot ROM to `kernel_main` in ring 0 with flat segments, a TSS and handlers; then idle, as task 0.
#
# All tasks share the segments, the TSS and ring 0's stack: handlers run with interrupts off from the first instruction
# to the last, and the core does not leave a context there.

#include "layout.h"

  .section .boot_header, "a"
  .extern image_start, image_end
  .ascii "ATOM"
  .long start, image_start, image_end, 0

  .text
  .globl start
start:
  cli
  lgdt table_register
  lidt interrupts_register
  ljmp $CODE_0, $1f
1:
  movl $DATA_3, %eax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %fs
  movw %ax, %gs
  movl $DATA_0, %eax
  movw %ax, %ss
  movl $idle_stack_top, %esp
  movl $TASK_STATE, %eax
  ltr %ax
  xorl %ecx, %ecx
fill_gates:
  movl entries(,%ecx,4), %eax
  leal interrupts(,%ecx,8), %edx
  movw %ax, (%edx)
  movw $CODE_0, 2(%edx)
  movw $0x8E00, 4(%edx)
  shrl $16, %eax
  movw %ax, 6(%edx)
  incl %ecx
  cmpl $VECTORS, %ecx
  jb fill_gates
  call kernel_main
  sti
idle:
  hlt
  jmp idle

# void handle(struct frame *frame), with what is pushed here as the frame
common:
  pushal
  movl %esp, %eax
  call handle
  popal
  addl $8, %esp
  iretl

  .macro entry vector:req, has_error
entry_\vector:
  .ifb \has_error
  pushl $0
  .endif
  pushl $\vector
  jmp common
  .endm

  .irp vector, 0, 1, 2, 3, 4, 5, 6, 7, 9, 15, 16, 18, 19
  entry \vector
  .endr
  .irp vector, 8, 10, 11, 12, 13, 14, 17
  entry \vector, 1
  .endr
  .irp vector, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  entry \vector
  .endr
  .irp vector, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47
  entry \vector
  .endr

  .data
  .balign 4
entries:
  .irp vector, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
  .long entry_\vector
  .endr
  .irp vector, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47
  .long entry_\vector
  .endr
  .balign 8
table:
  .quad 0
  .quad 0x00CF9B000000FFFF     # code, ring 0
  .quad 0x00CF93000000FFFF     # data, ring 0
  .quad 0x00CFFB000000FFFF     # code, ring 3
  .quad 0x00CFF3000000FFFF     # data, ring 3
  .word 0x67
  .word task_state
  .byte 0
  .byte 0x89
  .word 0
table_end:
  .globl task_state
task_state:
  .long 0, handler_stack_top, DATA_0
  .skip 0x68 - 12
table_register:
  .word table_end - table - 1
  .long table
interrupts_register:
  .word 8 * VECTORS - 1
  .long interrupts

  .bss
  .balign 8
interrupts:
  .skip 8 * VECTORS
idle_stack:
  .skip 1024
idle_stack_top:
handler_stack:
  .skip 1024
  .globl handler_stack_top
handler_stack_top:
