# The core's side of cases with segments of their own: every case runs in ring 3, with a local descriptor table in its
# slot, and ends by an exception, which is recorded. The global table holds what a 32-bit process finds on Linux.
#include "enter.h"

  .set stack_top, 0x8000
  .set kernel_code, 0x10
  .set kernel_data, 0x18
  .set task_selector, 0x40
  .set local_selector, 0x50
  .set flags_of_a_process, 0x202
  .set alignment_mask, 1 << 18   # CR0.AM: as Linux has it
  .set descriptor_bytes, 8
  .set task_bytes, 104
  .set vectors, 256
  .set exceptions, 32
  .set interrupt_vector, 32      # that which bare.cpp raises
  # Vectors for which the processor pushes an error code: 8, 10 to 14, 17.
  .set with_error_code, 1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 17
  # The vectors that INT n may name in ring 3: 3 and 4.
  .set for_users, 1 << 3 | 1 << 4

  .text
  .globl begin
header:
  .ascii "ATOM"
  .long begin, header, image_end, 0

begin:
  cld
  lgdt gdt_register
  ljmp $kernel_code, $1f
1:
  movl $kernel_data, %eax
  movl %eax, %ss
  movl %eax, %ds
  movl %eax, %es
  movl $stack_top, %esp
  movl %cr0, %eax
  orl $alignment_mask, %eax
  movl %eax, %cr0
  # The gates: from the addresses of the first ones, then one address for all others.
  xorl %ecx, %ecx
make_gate:
  movl $unexpected, %eax
  cmpl $interrupt_vector, %ecx
  jb 2f
  jne 3f
  movl $interrupt, %eax
  jmp 3f
2:
  movl entries(,%ecx,4), %eax
3:
  movl %eax, %edx
  andl $0xFFFF, %eax
  orl $(kernel_code << 16), %eax
  andl $0xFFFF0000, %edx
  orl $0x8E00, %edx
  cmpl $exceptions, %ecx
  jae 4f
  btl %ecx, user_vectors
  jnc 4f
  orl $0x6000, %edx
4:
  movl %eax, idt(,%ecx,8)
  movl %edx, idt+4(,%ecx,8)
  incl %ecx
  cmpl $vectors, %ecx
  jne make_gate
  lidt idt_register
  movl $task, %eax
  movl $gdt + task_selector, %edi
  movl $0x8900, %edx
  movl $task_bytes - 1, %ecx
  call describe
  movl $task_selector, %eax
  ltr %ax

  movl $TABLE_FIRST, %ebx
run_slot:
  cmpl $0, IN(WORD_CS)(%ebx)
  je next_slot
  leal DESCRIPTORS(%ebx), %eax
  movl $gdt + local_selector, %edi
  movl $0x8200, %edx
  movl $descriptor_bytes * DESCRIPTOR_COUNT - 1, %ecx
  call describe
  movl $local_selector, %eax
  lldt %ax
  movl %ebx, current_slot
  pushl $USER_DATA
  pushl $stack_top
  pushl $flags_of_a_process
  pushl $USER_CODE
  pushl $user
  movl $USER_DATA, %eax
  movl %eax, %ds
  iretl
user:
  enter_case entry

next_slot:
  addl $SLOT_BYTES, %ebx
  cmpl $TABLE_END, %ebx
  jb run_slot
stop:
  cli
  hlt
  jmp stop

# Writes the descriptor at edi: eax base, ecx limit in bytes, edx access byte in bits 8 to 15.
describe:
  movw %cx, (%edi)
  movw %ax, 2(%edi)
  shrl $16, %eax
  movb %al, %dl
  andl $0xFF00, %eax
  shll $16, %eax
  orl %eax, %edx
  movl %edx, 4(%edi)
  ret

  .macro exception_entry number
exception_\number:
  .if (with_error_code >> \number) % 2 == 0
  pushl $0
  .endif
  pushl $\number
  jmp exception
  .endm
  .altmacro
  .set number, 0
  .rept exceptions
  exception_entry %number
  .set number, number + 1
  .endr
unexpected:
  pushl $0
  pushl $VECTOR_RUNAWAY
  jmp exception

# On the stack: vector, error code, eip, cs, eflags, esp, ss. The data segments are still the case's.
exception:
  pushl %gs
  pushl %fs
  pushl %es
  pushl %ds
  pushl %eax
  movl $kernel_data, %eax
  movl %eax, %ds
  movl %eax, %es
  cld
  movl current_slot, %eax
  movl %ecx, OUT(1)(%eax)
  movl %edx, OUT(2)(%eax)
  movl %ebx, OUT(3)(%eax)
  movl %ebp, OUT(5)(%eax)
  movl %esi, OUT(6)(%eax)
  movl %edi, OUT(7)(%eax)
  movl %eax, %ebx
  popl OUT(0)(%ebx)
  popl OUT(WORD_DS)(%ebx)
  popl OUT(WORD_ES)(%ebx)
  popl OUT(WORD_FS)(%ebx)
  popl OUT(WORD_GS)(%ebx)
  popl OUT(WORD_VECTOR)(%ebx)
  popl OUT(WORD_ERROR)(%ebx)
  popl OUT(WORD_EIP)(%ebx)
  popl OUT(WORD_CS)(%ebx)
  popl OUT(WORD_EFLAGS)(%ebx)
  popl OUT(4)(%ebx)
  popl OUT(WORD_SS)(%ebx)
  movl $stack_top, %esp
  movl $FINISHED, OUT(WORD_PROGRESS)(%ebx)
  jmp next_slot

# An interrupt leaves no trace in the case's memory.
interrupt:
  pushal
  movl $-1, %ecx
  movl %ecx, %edx
  movl %edx, %ebp
  movl %ebp, %esi
  movl %esi, %edi
  popal
  iretl

  .balign 8
gdt:
  .quad 0
  .quad 0x00CF9B000000FFFF   # 08h, 10h: code, ring 0
  .quad 0x00CF9B000000FFFF
  .quad 0x00CF93000000FFFF   # 18h: data, ring 0
  .quad 0x00CFFB000000FFFF   # 20h: code, ring 3
  .quad 0x00CFF3000000FFFF   # 28h: data, ring 3
  .rept GLOBAL_COUNT - 6     # among them 40h, the task, and 50h, the local table
  .quad 0
  .endr
gdt_register:
  .word descriptor_bytes * GLOBAL_COUNT - 1
  .long gdt
idt_register:
  .word descriptor_bytes * vectors - 1
  .long idt
  .balign 4
  .macro entry_of number
  .long exception_\number
  .endm
entries:
  .set number, 0
  .rept exceptions
  entry_of %number
  .set number, number + 1
  .endr
user_vectors: .long for_users
current_slot: .long 0
entry: .long 0, 0
task:
  .long 0, stack_top, kernel_data
  .space task_bytes - 16
  .word 0, task_bytes        # no I/O permission bitmap
  .balign 8
idt:
  .space descriptor_bytes * vectors
image_end:
