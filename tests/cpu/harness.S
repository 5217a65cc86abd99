# The core's side of the differential test: an image that runs every case of the table in RAM, one after the other, and
# halts. A case runs in ring 0 with flat segments; a fault ends it and is recorded.
#include "state.h"

  .set stack_top, 0x8000
  .set code_selector, 0x20
  .set data_selector, 0x2B
  .set exceptions, 32
  .set vectors, exceptions + 1   # and the interrupt that bare.cpp raises
  # Vectors for which the processor pushes an error code: 8, 10 to 14, 17.
  .set with_error_code, 1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 17

  .text
  .globl begin
header:
  .ascii "ATOM"
  .long begin, header, image_end, 0

begin:
  movl $stack_top, %esp
  cld
  lidt idt_register
  # The gates: the table holds plain addresses, because an assembler cannot split an address.
  xorl %ecx, %ecx
make_gate:
  movl gates(,%ecx,8), %eax
  movl %eax, %edx
  andl $0xFFFF, %eax
  orl $(code_selector << 16), %eax
  andl $0xFFFF0000, %edx
  orl $0x8E00, %edx
  movl %eax, gates(,%ecx,8)
  movl %edx, gates+4(,%ecx,8)
  incl %ecx
  cmpl $vectors, %ecx
  jne make_gate

  movl $case_ends, CONTROL
  movl $TABLE_FIRST, %ebx
run_slot:
  cmpl $0, IN(WORD_ENTRY)(%ebx)
  je next_slot
  load_state

case_ends:
  cli
  save_registers
  save_end $stack_top
  cld
  movl %eax, %ebx
next_slot:
  addl $SLOT_BYTES, %ebx
  cmpl $TABLE_END, %ebx
  jb run_slot
stop:
  cli
  hlt
  jmp stop

# A fault: the processor's frame is on the case's stack, at most 16 bytes below where it was. A case that ends by itself
# leaves its data segments flat; one that faults may not, so that only SS can be relied on here.
  .macro fault_entry number
fault_\number:
  movl $\number, %ss:fault_vector
  .if (with_error_code >> \number) % 2
  jmp fault_with_error_code
  .else
  jmp fault
  .endif
  .endm
  .altmacro
  .set number, 0
  .rept exceptions
  fault_entry %number
  .set number, number + 1
  .endr

# An interrupt leaves no trace but below the stack pointer.
interrupt:
  pushal
  incl interrupts
  xorl %eax, %eax
  movl $-1, %ecx
  movl %ecx, %edx
  movl %edx, %ebp
  movl %ebp, %esi
  movl %esi, %edi
  popal
  iretl

fault_with_error_code:
  leal 4(%esp), %esp
fault:
  movl %eax, %ss:saved_eax
  movl $data_selector, %eax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %fs
  movw %ax, %gs
  movl saved_eax, %eax
  popl fault_eip
  leal 4(%esp), %esp
  popl fault_eflags
  save_registers
  movl $stack_top, %esp
  movl fault_eflags, %ecx
  movl %ecx, OUT(WORD_EFLAGS)(%eax)
  movl fault_vector, %ecx
  movl %ecx, OUT(WORD_VECTOR)(%eax)
  movl fault_eip, %ecx
  movl %ecx, OUT(WORD_EIP)(%eax)
  movl $FINISHED, OUT(WORD_PROGRESS)(%eax)
  cld
  movl %eax, %ebx
  jmp next_slot

  .balign 8
  .macro gate number
  .long fault_\number, 0
  .endm
gates:
  .set number, 0
  .rept exceptions
  gate %number
  .set number, number + 1
  .endr
  .long interrupt, 0
idt_register:
  .word 8 * vectors - 1
  .long gates
  .balign 4
current_slot: .long 0
entry: .long 0
saved_eax: .long 0
fault_vector: .long 0
fault_eip: .long 0
fault_eflags: .long 0
interrupts: .long 0
image_end:
