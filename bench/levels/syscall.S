# From ring 3 into a kernel that knows one call, which does nothing, and back: by SYSENTER and SYSEXIT, from every
# alignment, with instructions of 1, 2, 3 and 7 bytes behind the call. `entered` and `user` are at places that
# syscall.ts knows.

#include "tables.S"
  .set call_numbers, 1
  .set rounds, 64

  .text
header:
  .ascii "ATOM"
  .long begin, header, image_end, 0

begin:
  cli
  enter_ring_0
  xorl %edx, %edx
  movl $0x174, %ecx
  movl $code_0, %eax
  wrmsr
  incl %ecx
  movl $stack_0, %eax
  wrmsr
  incl %ecx
  movl $entered, %eax
  wrmsr
  enter_ring_3 user

called:
  hlt

  tables

# The kernel: the number is checked, the call has nothing to do, and interrupts, which SYSENTER put off, are on again.
  .org ENTERED - first
entered:
  cmpl $call_numbers, %eax
  jae unknown_call
  sti
  sysexit
unknown_call:
  hlt

  .macro null_call next:vararg
  xorl %eax, %eax
  movl $1f, %edx
  movl %esp, %ecx
  sysenter
1:
  \next
  .endm

  .org USER - first
user:
  movl $rounds, %edi
  movl $stack_3 - 0x100, %ebx
again:
  .irp pad, 0, 1, 2, 3, 4, 5, 6, 7
  .balign 8, 0x90
  .fill \pad, 1, 0x90
  null_call nop
  .balign 8, 0x90
  .fill \pad, 1, 0x90
  null_call testl %eax, %eax
  .balign 8, 0x90
  .fill \pad, 1, 0x90
  null_call movl %eax, 4(%ebx)
  .balign 8, 0x90
  .fill \pad, 1, 0x90
  null_call movl $1, 4(%ebx)
  .endr
  decl %edi
  jnz again
  movl $call_numbers, %eax
  movl %esp, %ecx
  sysenter
image_end:
