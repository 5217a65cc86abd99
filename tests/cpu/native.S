// void run_case(unsigned slot): runs one case and returns when it has ended, by itself or by a fault.
// void after_fault(void): ends a case from a signal handler, once its registers are recorded.
#include "state.h"

  .bss
  .globl current_slot, own_gs
current_slot: .long 0
entry: .long 0
saved_eax: .long 0
own_esp: .long 0
own_gs: .long 0

  .text
  .globl run_case, case_ends, after_fault
run_case:
  pushal
  movl 36(%esp), %ebx
  movl %esp, own_esp
  // All four data segments flat, so that a case may use any of them.
  movl %ds, %eax
  movl %eax, %fs
  movw %gs, own_gs
  movl %eax, %gs
  load_state

case_ends:
  save_registers
  save_end own_esp
after_fault:
  movw own_gs, %ax
  movl %eax, %gs
  movl %ss, %eax
  movl %eax, %ds
  movl %eax, %es
  cld
  movl own_esp, %esp
  popal
  ret
  .section .note.GNU-stack, "", @progbits
