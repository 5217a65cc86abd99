# Flat segments for rings 0 and 3 in the order that SYSENTER and SYSEXIT want them, a TSS with ring 0's stack, and
# gates. `define_gate` fills the interrupt table at run time: an address is split in it.

  .set first, 0x1000           # where the boot ROM looks for the header
  .set code_0, 0x08
  .set data_0, 0x10
  .set code_3, 0x1B
  .set data_3, 0x23
  .set task, 0x28
  .set gate_call, 0x33
  .set stack_0, 0x20000
  .set stack_3, 0x28000
  .set flags_interruptible, 0x202
  .set interrupt_gate, 0x8E
  .set trap_gate_for_ring_3, 0xEF
  .set vectors, 0x31

  .macro enter_ring_0
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
  movl $task, %eax
  ltr %ax
  .endm

  .macro enter_ring_3 at:req
  pushl $data_3
  pushl $stack_3
  pushl $flags_interruptible
  pushl $code_3
  pushl $\at
  iretl
  .endm

  .macro define_gate vector:req, at:req, access:req
  movl $\at, %eax
  movw %ax, interrupts+8*\vector
  movw $code_0, interrupts+8*\vector+2
  movw $\access<<8, interrupts+8*\vector+4
  shrl $16, %eax
  movw %ax, interrupts+8*\vector+6
  .endm

  .macro tables
  .balign 8
table:
  .quad 0
  .quad 0x00CF9B000000FFFF     # code, ring 0
  .quad 0x00CF93000000FFFF     # data, ring 0
  .quad 0x00CFFB000000FFFF     # code, ring 3
  .quad 0x00CFF3000000FFFF     # data, ring 3
  .word 0x67, task_state - header + first, 0x8900, 0
  .word called - header + first, code_0, 0xEC00, 0
table_end:
  .balign 8
interrupts:
  .skip 8*vectors
  .balign 8
task_state:
  .long 0, stack_0, data_0
  .skip 0x68-12
table_register:
  .word table_end-table-1
  .long table
  .balign 4
interrupts_register:
  .word 8*vectors-1
  .long interrupts
  .endm
