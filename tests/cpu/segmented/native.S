// void run_case(unsigned slot): enters the case with its registers and segments; it always ends by a fault.
// void after_fault(void): goes on behind run_case from a signal handler, once the case's registers are recorded.
#include "enter.h"

  .bss
  .globl current_slot, own_gs
current_slot: .long 0
own_gs: .long 0
own_esp: .long 0
entry: .long 0, 0

  .text
  .globl run_case, after_fault
run_case:
  pushal
  movl 36(%esp), %ebx
  movl %esp, own_esp
  movw %gs, own_gs
  movl %ebx, current_slot
  enter_case entry

after_fault:
  movw own_gs, %ax
  movl %eax, %gs
  movl %ss, %eax
  movl %eax, %ds
  movl %eax, %es
  movl %eax, %fs
  cld
  movl own_esp, %esp
  popal
  ret
  .section .note.GNU-stack, "", @progbits
