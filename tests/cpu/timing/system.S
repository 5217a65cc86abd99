# What random programs do not reach: ports, far transfers, tables, control and other special registers, software
# interrupts, segment registers and null selectors, and encodings that compilers do not make; much of it also in real
# mode. Each stands in every alignment. The image's first part is at 1000h, below 64 KB, so that real mode reaches it with segments of base 0. What
# needs privilege levels is in privilege.S.

  .set code_selector, 0x20
  .set data_selector, 0x2B
  .set stack_selector, 0x30
  .set stack_top, 0x8000
  .set port, 0xE8
  .set vectors, 7
  .set overflow, 4

  .text
  .globl begin
header:
  .ascii "ATOM"
  .long begin, header, image_end, 0

begin:
  movl $stack_top, %esp
  cld
  call make_gates
  lidt idt_register
  movl $data, %ebx
  movl $port, %edx
  xorl %ecx, %ecx

  .irp pad, 0, 1, 2, 3
  .balign 4, 0x90
  .fill \pad, 1, 0x90
  inb $port, %al
  outb %al, $port
  inl %dx, %eax
  outl %eax, %dx
  movl $port, %edx
  inb %dx, %al
  sti
  cli
  sgdt 8(%ebx)
  sidt 16(%ebx)
  movl $data, %ebx
  lidt 16(%ebx)
  lgdt 8(%ebx)
  movl %cr0, %eax
  movl %eax, %cr0
  movl %cr3, %eax
  movl %cr2, %eax
  int $overflow
  int3
  into
  movb $0x7F, %al
  incb %al
  into
  .byte 0x0F, 0xFF
  xorl %edx, %edx
  lcall $code_selector, $far_procedure
  pushl %cs
  pushl $1f
  lret
1:
  ljmp $code_selector, $2f
2:
  pushw %cs
  pushw $3f
  lretw
3:
  ljmpw $code_selector, $4f
4:
  pushfl
  pushl %cs
  pushl $5f
  iretl
5:
  pushl %cs
  popl %eax
  pushl %ss
  popl %ss
  pushl %ss
  popl %eax
  movl %cs, %eax
  movw %cs, (%ebx)
  movl %ss, %eax
  movw %ss, (%ebx)
  movw (%ebx), %ss
  movw %fs, (%ebx)
  movw %gs, (%ebx)
  movw %es, (%ebx)
  movw (%ebx), %es
  movw (%ebx), %fs
  movw (%ebx), %gs
  movw %ds, (%ebx)
  movw (%ebx), %ds
  xorl %eax, %eax
  movw %ax, %es
  pushl $3
  popl %fs
  movw %ax, %gs
  movl $0, 24(%ebx)
  movw $0, 28(%ebx)
  les 24(%ebx), %esi
  movl $data_selector, %eax
  movw %ax, %es
  movl $data, 24(%ebx)
  movw $stack_selector, 28(%ebx)
  movl $stack_top, 24(%ebx)
  lss 24(%ebx), %esp
  # Encodings without a mnemonic of their own: group 1 by opcode 82h, SAL by /6, TEST by /1.
  .irp operation, 0xC0, 0xC8, 0xD0, 0xD8, 0xE0, 0xE8, 0xF0, 0xF8
  .byte 0x82, \operation, 1
  .byte 0x82, \operation & 0x38 | 3, 1
  .endr
  .byte 0xC1, 0xF0, 3, 0xD1, 0xF0, 0xD3, 0xF0, 0xC1, 0x33, 3, 0xD1, 0x33, 0xD3, 0x33
  .byte 0xF7, 0xC8, 1, 0, 0, 0, 0xF7, 0x0B, 1, 0, 0, 0
  nopl (%ebx)
  nopw 4(%ebx,%ecx)
  lfence
  mfence
  sfence
  pause
  # Jumps that are cut to 16 bits, which this code's addresses fit into.
  .byte 0x66, 0xE9, 0, 0
  .byte 0x66, 0xE8, 0, 0
  cmpl %eax, %eax
  .byte 0x66, 0x0F, 0x85, 0, 0
  .byte 0x66, 0x0F, 0x84, 0, 0
  popw %ax
  # Control, debug and model-specific registers, identity
  movl $data, %ebx
  xorl %eax, %eax
  cpuid
  movl $1, %eax
  cpuid
  movl $data, %ebx
  rdtsc
  movl $0x1B, %ecx
  rdmsr
  wrmsr
  movl $1, %ecx
  rdpmc
  movl %cr2, %eax
  movl %eax, %cr2
  movl %cr3, %eax
  movl %eax, %cr3
  movl %cr4, %eax
  movl %eax, %cr4
  movl %cr0, %eax
  movl %eax, %cr0
  smsw %eax
  lmsw %ax
  smsw (%ebx)
  lmsw (%ebx)
  clts
  invd
  wbinvd
  invlpg (%ebx)
  movl %dr6, %eax
  movl %eax, %dr6
  movl %dr0, %eax
  movl %eax, %dr0
  wait
  .byte 0xD9, 0xC0
  .byte 0xD9, 0x03
  movl $data, %esi
  movl $data+8, %edi
  movl $port, %edx
  insb
  outsb
  movl $3, %ecx
  rep insb
  movl $2, %ecx
  rep outsl
  rep insb
  rep outsb
  .endr

# Real mode, with CS still for 32-bit code: what is loaded there leaves that alone.
  lidt real_idt_register
  movl %cr0, %eax
  andl $0x7FFFFFFE, %eax     # paging too, if it is on
  movl %eax, %cr0
  ljmp $0, $real
real:
  xorl %eax, %eax
  movw %ax, %ss
  .irp pad, 0, 1, 2, 3
  .balign 4, 0x90
  .fill \pad, 1, 0x90
  xorl %eax, %eax
  movw %ax, (%ebx)
  .irp register, es, ss, ds, fs, gs
  movw %ax, %\register
  movw (%ebx), %\register
  pushl %eax
  popl %\register
  .endr
  int $overflow
  int3
  .byte 0xF1
  movb $0x7F, %al
  incb %al
  into
  .byte 0x0F, 0xFF
  movl $stack_top, 24(%ebx)
  movw $0, 28(%ebx)
  lss 24(%ebx), %esp
  movl $data, 24(%ebx)
  .irp load, les, lds, lfs, lgs
  \load 24(%ebx), %esi
  .endr
  lcall $0, $far_procedure
  pushl $0
  pushl $1f
  lret
1:
  pushl $7
  pushl $0
  pushl $1f
  lret $4
1:
  ljmp $0, $1f
1:
  movl $1f, 24(%ebx)
  ljmp *24(%ebx)
1:
  movl $far_procedure, 24(%ebx)
  lcall *24(%ebx)
  .endr
  movl %cr0, %eax
  orb $1, %al
  movl %eax, %cr0
  ljmp $code_selector, $stop
stop:
  cli
  hlt
  jmp stop

far_procedure:
  lret

# Handlers: in protected mode frames have doublewords, in real mode words.
  .balign 4
return:
  iretl
  .balign 4
return_from_undefined:
  addl $2, (%esp)
  iretl
return_real:
  iretw
return_real_from_undefined:
  addw $2, (%esp)
  iretw

# The gates hold plain addresses at first, because an assembler cannot split an address.
make_gates:
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
  ret

  .balign 8
gates:
  .rept vectors - 1
  .long return, 0
  .endr
  .long return_from_undefined, 0
real_vectors:
  .rept vectors - 1
  .word return_real, 0
  .endr
  .word return_real_from_undefined, 0
idt_register:
  .word 8 * vectors - 1
  .long gates
real_idt_register:
  .word 4 * vectors - 1
  .long real_vectors
  .balign 4
data:
  .skip 64
image_end:
