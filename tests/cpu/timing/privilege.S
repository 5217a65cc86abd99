# What needs privilege levels, descriptors and tasks: segment loads, far transfers through gates and between levels,
# interrupts from each of them, ports by the I/O permission bitmap, SYSENTER, virtual-8086 mode, task switches. Each
# transfer is made with descriptors that have been accessed and with such that have not, through gates of the 386 and of
# the 286, and with a TSS of each. All segments are flat; all code is below 64 KB, where 16-bit offsets reach it.

  .set first, 0x1000
  .set code_0, 0x08            # SYSENTER and SYSEXIT want these four in this order
  .set data_0, 0x10
  .set code_3, 0x1B
  .set data_3, 0x23
  .set task_main, 0x28
  .set task_main_286, 0x30
  .set task_386, 0x38
  .set task_286, 0x40
  .set task_virtual, 0x48
  .set table_local, 0x50
  # Gates to level 0, usable from level 3: for jumps, for calls without and with parameters, of the 386 and the 286
  .set gate_jump, 0x5B
  .set gate_jump_286, 0x63
  .set gate_call, 0x6B
  .set gate_call_286, 0x73
  .set gate_pass, 0x7B
  .set gate_pass_286, 0x83
  .set gate_task, 0x88
  .set conforming, 0x90
  .set only_executable, 0x98
  .set local_data, 0x07
  .set not_local, 0x97
  .set beyond, 0x3F8

  .set vectors, 0x38
  .set plain, 0x30
  .set plain_286, 0x31
  .set back, 0x32              # to level 0, at the address in `resume`
  .set by_task, 0x33
  .set breakpoint, 3

  .set free_port, 0xE8         # in the bitmap
  .set refused_port, 0xF8
  .set stack_3, 0x9000
  .set stack_0, 0xA000
  .set stack_of_task, 0xB000
  .set stack_of_286, 0xC000
  .set stack_virtual, 0xD000
  .set parameters, 3
  .set directory, 0x3D000      # where paged.ts has it
  .ifndef tables_offset        # descriptor tables and the TSS begin at a multiple of four, unless it is said how far behind
  .set tables_offset, 0
  .endif

  .text
  .globl begin
header:
  .ascii "ATOM"
  .long begin, header, image_end, 0

  # A descriptor that has not been accessed
  .macro forget selector
  andb $0xFE, table+(\selector&0xFFF8)+5
  .endm
  .macro forget_all
  .irp selector, code_0, data_0, code_3, data_3, conforming
  forget \selector
  .endr
  andb $0xFE, local_table+5
  .endm
  # A TSS that is not busy
  .macro free_task selector
  andb $0xFD, table+\selector+5
  .endm

  # To level 3, by IRET; back by an interrupt
  .macro outward flags=0x2
  pushl $data_3
  pushl $stack_3
  pushl $\flags
  pushl $code_3
  pushl $1f
  iretl
1:
  .endm
  .macro inward
  movl $1f, resume
  int $back
1:
  .endm

  # A call that passes parameters, of so many bytes
  .macro pass bytes:req, call:vararg
  subl $parameters*\bytes, %esp
  \call
  .endm

  # In case it is refused: so many bytes on
  .macro refused bytes:req, code:vararg
  movl $\bytes, skipped
  \code
  .endm

begin:
  cli
  cld
  lgdt table_register
  lidt interrupts_register
  ljmp $code_0, $1f
1:
  movl $data_3, %eax
  movw %ax, %ds
  movw %ax, %es
  movl $data_0, %eax
  movw %ax, %ss
  movl $stack_0, %esp
  movl $data, %ebx

  .irp pad, 0, 1, 2, 3
  .balign 4, 0x90
  .fill \pad, 1, 0x90
  # Segment registers, with descriptors that have been accessed and such that have not
  .irp register, es, ds, fs, gs
  forget data_3
  movl $data_3, %eax
  movw %ax, %\register
  movw %ax, %\register
  forget data_3
  pushl $data_3
  popl %\register
  pushl $data_3
  popl %\register
  movw $data_3, (%ebx)
  forget data_3
  movw (%ebx), %\register
  movw (%ebx), %\register
  .endr
  xorl %eax, %eax
  movw %ax, %es
  pushl $2
  popl %fs
  movl $data_0, %eax
  forget data_0
  movw %ax, %ss
  movw %ax, %ss
  forget data_0
  pushl %eax
  popl %ss
  pushl %ss
  popl %ss
  movl $stack_0, 24(%ebx)
  movw $data_0, 28(%ebx)
  forget data_0
  lss 24(%ebx), %esp
  lss 24(%ebx), %esp
  movw $data_3, 28(%ebx)
  .irp load, les, lds, lfs, lgs
  forget data_3
  \load 24(%ebx), %esi
  \load 24(%ebx), %esi
  .endr
  movw $0, 28(%ebx)
  lfs 24(%ebx), %esi
  movl $table_local, %eax
  lldt %ax
  movw %ax, (%ebx)
  lldt (%ebx)
  movl $local_data, %eax
  andb $0xFE, local_table+5
  movw %ax, %es
  movw %ax, %es
  sldt %eax
  sldt (%ebx)
  str %eax
  str (%ebx)
  xorl %eax, %eax
  lldt %ax
  movw %ax, (%ebx)
  lldt (%ebx)
  movl $data_3, %eax
  movw %ax, %es

  # Looking at descriptors
  .irp selector, 0, data_3, code_0, only_executable, conforming, gate_call, beyond, not_local
  movl $\selector, %eax
  movw %ax, (%ebx)
  lar %eax, %ecx
  lar (%ebx), %ecx
  lsl %eax, %ecx
  lsl (%ebx), %ecx
  verr %ax
  verr (%ebx)
  verw %ax
  verw (%ebx)
  arpl %ax, %cx
  arpl %ax, (%ebx)
  .endr

  # Within level 0
  .irp selector, code_0, conforming
  forget \selector
  ljmp $\selector, $1f
1:
  ljmp $\selector, $1f
1:
  forget \selector
  lcall $\selector, $far_procedure
  lcall $\selector, $far_procedure
  movl $1f, 24(%ebx)
  movw $\selector, 28(%ebx)
  forget \selector
  ljmp *24(%ebx)
1:
  movl $1f, 24(%ebx)
  ljmp *24(%ebx)
1:
  movl $far_procedure, 24(%ebx)
  forget \selector
  lcall *24(%ebx)
  lcall *24(%ebx)
  movl $far_procedure_16, 24(%ebx)
  movw $\selector, 26(%ebx)
  lcallw *24(%ebx)
  movw $1f, 24(%ebx)
  ljmpw *24(%ebx)
1:
  ljmp $code_0, $1f
1:
  .endr
  forget code_0
  pushl $7
  pushl $7
  pushl $code_0
  pushl $1f
  lret $8
1:
  pushw $7
  pushw $code_0
  pushw $1f
  lretw $2
1:
  forget code_0
  pushfl
  pushl $code_0
  pushl $1f
  iretl
1:
  pushfl
  pushl $code_0
  pushl $1f
  iretl
1:
  # Through gates: what a jump's leads to goes on at `resume`
  .irp selector, gate_jump, gate_jump_286
  movl $1f, resume
  forget code_0
  ljmp $\selector, $0
1:
  movl $1f, resume
  ljmp $\selector, $0
1:
  movl $1f, resume
  movw $\selector, 28(%ebx)
  ljmp *24(%ebx)
1:
  .endr
  .irp selector, gate_call, gate_call_286
  forget code_0
  lcall $\selector, $0
  lcall $\selector, $0
  movw $\selector, 28(%ebx)
  lcall *24(%ebx)
  .endr
  # Interrupts
  .irp vector, plain, plain_286
  forget code_0
  int $\vector
  int $\vector
  .endr
  int3
  into
  movb $0x7F, %al
  incb %al
  into
  .byte 0xF1
  .byte 0x66, 0xF1
  refused 2, .byte 0x0F, 0xFF
  movl $beyond, %ecx
  refused 2, movw %cx, %es

  # Between levels, from a TSS of the 386 and then of the 286
  .irp task, task_main, task_main_286
  free_task \task
  movl $\task, %eax
  ltr %ax
  free_task \task
  movw $\task, (%ebx)
  ltr (%ebx)
  outward
  .irp vector, plain, plain_286
  int $\vector
  forget code_0
  int $\vector
  forget data_0
  int $\vector
  forget code_0
  forget data_0
  int $\vector
  .endr
  int3
  .byte 0xF1
  movb $0x7F, %al
  incb %al
  into
  refused 1, hlt
  refused 1, cli
  refused 2, .byte 0x0F, 0xFF
  forget code_0
  forget data_0
  refused 3, movl %cr0, %eax
  .irp selector, gate_call, gate_call_286
  lcall $\selector, $0
  forget code_0
  lcall $\selector, $0
  forget data_0
  lcall $\selector, $0
  forget code_0
  forget data_0
  lcall $\selector, $0
  movw $\selector, 28(%ebx)
  lcall *24(%ebx)
  forget code_3
  lcall *24(%ebx)
  forget data_3
  lcall *24(%ebx)
  .endr
  pass 4, lcall $gate_pass, $0
  pass 2, lcall $gate_pass_286, $0
  movw $gate_pass, 28(%ebx)
  pass 4, lcall *24(%ebx)
  forget_all
  inward
  # Level 3 by RETF, with its descriptors as they are and not
  .irp forgotten, code_0, code_3, data_3
  forget \forgotten
  pushl $data_3
  pushl $stack_3
  pushl $code_3
  pushl $1f
  lret
1:
  inward
  .endr
  pushl $data_3
  pushl $stack_3
  pushl $7
  pushl $code_3
  pushl $1f
  lret $4
1:
  inward
  .irp forgotten, code_3, data_3
  forget \forgotten
  outward
  inward
  .endr
  forget code_3
  forget data_3
  outward
  movl $data_3, %eax
  movw %ax, %ds
  inward
  .endr

  # Ports by the bitmap, and a TSS without one
  free_task task_main
  movl $task_main, %eax
  ltr %ax
  outward
  movl $free_port, %edx
  inb $free_port, %al
  outb %al, $free_port
  inw $free_port+3, %ax
  inl %dx, %eax
  outl %eax, %dx
  movl $free_port+3, %edx
  inw %dx, %ax
  inl %dx, %eax
  outw %ax, %dx
  movl $data, %esi
  movl $data+8, %edi
  insb
  insl
  outsb
  outsl
  xorl %ecx, %ecx
  rep insb
  rep outsb
  movl $3, %ecx
  rep insw
  movl $4, %ecx
  rep outsl
  movl $1, %ecx
  rep insb
  movl $1, %ecx
  rep outsw
  refused 2, inb $refused_port, %al
  refused 2, outb %al, $refused_port
  movl $0x7FF0, %edx
  refused 1, inb %dx, %al
  refused 1, outsb
  movl $2, %ecx
  refused 2, rep insb
  inward
  outward 0x3002
  movl $free_port+3, %edx
  inl %dx, %eax
  outl %eax, %dx
  insb
  movl $3, %ecx
  rep insl
  movl $3, %ecx
  rep outsl
  cli
  sti
  inward
  cli

  # SYSENTER and SYSEXIT
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
  rdmsr
  outward
  movl $1f, %edx
  movl $stack_3, %ecx
  sysenter
1:
  movl $1f, %edx
  sysenter
1:
  movl $data_3, %eax
  movw %ax, %ss
  inward

  # Virtual-8086 mode
  pushl $0
  pushl $0
  pushl $0
  pushl $0
  pushl $0
  pushl $stack_virtual
  pushl $0x23002
  pushl $0
  pushl $1f
  iretl
  .code16
1:
  movw $7, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  movw $0, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  movl $stack_virtual, %esp
  pushw $0
  popw %gs
  lcall $0, $far_procedure_virtual
  ljmp $0, $1f
1:
  pushw $0
  pushw $1f
  lretw
1:
  pushfw
  pushw $0
  pushw $1f
  iretw
1:
  int $plain
  int3
  inb $free_port, %al
  movw $free_port, %dx
  outw %ax, %dx
  insb
  pushfl
  popfl
  movl $1f, resume
  int $back
  .code32
1:
  free_task task_main_286
  movl $task_main_286, %eax
  ltr %ax
  pushl $0
  pushl $0
  pushl $0
  pushl $0
  pushl $0
  pushl $stack_virtual
  pushl $0x23002
  pushl $0
  pushl $1f
  iretl
  .code16
1:
  int3
  int $plain
  movl $1f, resume
  int $back
  .code32
1:

  # Tasks
  free_task task_main
  movl $task_main, %eax
  ltr %ax
  .irp task, task_386, task_286
  forget_all
  free_task \task
  lcall $\task, $0
  lcall $\task, $0
  movw $\task, 28(%ebx)
  lcall *24(%ebx)
  .endr
  lcall $gate_task, $0
  int $by_task
  movl $virtual_goes_on, task_virtual_eip
  movl $0x23002, task_virtual_flags
  movl $stack_virtual, task_virtual_esp
  xorl %eax, %eax
  movl $task_virtual_segments, %edi
  movl $6, %ecx
  rep stosl
  movl $2f, resume
  lcall $task_virtual, $0
1:
  jmp 3f
2:
  # The other task has come to level 0 and goes on here; it leaves for the one that called it.
  free_task task_main
  ljmp $task_main, $0
3:
  .endr

  cli
  hlt

far_procedure:
  lret
far_procedure_16:
  lretw
  .code16
far_procedure_virtual:
  lretw
  .code32
# Behind the gates
gate_entry:
  jmp *resume
called:
  lret
called_286:
  lretw
called_with_parameters:
  lret $4*parameters
called_with_parameters_286:
  lretw $2*parameters
entered:
  sysexit

# Handlers
handle:
  iretl
handle_286:
  iretw
handle_back:
  movl $data_0, %eax
  movw %ax, %ss
  movl $stack_0, %esp
  movl $data_3, %eax
  movw %ax, %ds
  movw %ax, %es
  movl $data, %ebx
  jmp *resume
# Faults with an error code and without: so many bytes on
handle_fault_with_code:
  addl $4, %esp
handle_fault:
  pushl %eax
  movl %cs:skipped, %eax
  addl %eax, 4(%esp)
  popl %eax
  iretl

#include "privilege-tables.S"
