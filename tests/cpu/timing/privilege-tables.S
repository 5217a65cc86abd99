# The other tasks of privilege.S and its data: descriptors, gates, the interrupt table, TSSs.

# What the other tasks do
run_386:
  nop
  iretl
  jmp run_386
run_286:
  iretw
  jmp run_286
  .code16
virtual_goes_on:
  nop
  int $back
  .code32

  # So far from code that no store is into what has been fetched of it
  .balign 256
  .skip 256
skipped: .long 0
resume: .long 0
data: .skip 64

  .macro segment access:req, flags=0xC
  .word 0xFFFF, 0
  .byte 0, \access, \flags<<4|0xF, 0
  .endm
  .macro system_segment at:req, limit:req, access:req
  .set address, \at-header+first
  .word \limit, address&0xFFFF
  .byte address>>16&0xFF, \access, 0, 0
  .endm
  .macro gate selector:req, at:req, access:req, words=0
  .set address, \at-header+first
  .word address&0xFFFF, \selector
  .byte \words, \access
  .word address>>16
  .endm

  .balign 8
  .skip tables_offset
table:
  .quad 0
  segment 0x9A
  segment 0x92
  segment 0xFA
  segment 0xF2
  system_segment main_tss, main_tss_end-main_tss-1, 0x89
  system_segment main_tss_286, 0x2B, 0x81
  system_segment tss_386, 0x67, 0x89
  system_segment tss_286, 0x2B, 0x81
  system_segment tss_virtual, 0x67, 0x89
  system_segment local_table, 7, 0x82
  gate code_0, gate_entry, 0xEC
  gate code_0, gate_entry, 0xE4
  gate code_0, called, 0xEC
  gate code_0, called_286, 0xE4
  gate code_0, called_with_parameters, 0xEC, parameters
  gate code_0, called_with_parameters_286, 0xE4, parameters
  .word 0, task_386
  .byte 0, 0xE5, 0, 0
  segment 0x9E
  segment 0x98
table_end:
local_table:
  segment 0xF2

  .balign 8
  .skip tables_offset
interrupts:
  .set vector, 0
  .rept vectors
  .if vector==plain_286
  gate code_0, handle_286, 0xE6
  .elseif vector==back
  gate code_0, handle_back, 0xEE
  .elseif vector==by_task
  .word 0, task_386
  .byte 0, 0xE5, 0, 0
  .elseif vector==1||vector==3||vector==4||vector==plain
  gate code_0, handle, 0xEE
  .elseif vector==8||(vector>=10&&vector<=14)||vector==17
  gate code_0, handle_fault_with_code, 0xEE
  .else
  gate code_0, handle_fault, 0xEE
  .endif
  .set vector, vector+1
  .endr
  .word 0
table_register:
  .word table_end-table-1
  .long table
  .word 0
interrupts_register:
  .word 8*vectors-1
  .long interrupts

  .balign 128
  .skip tables_offset
main_tss:
  .long 0, stack_0, data_0
  .skip 0x1C-12
  .long directory
  .skip 0x66-0x20
  .word bitmap-main_tss
bitmap:
  .skip 0xF0/8
  .fill 3, 1, 0xFF
main_tss_end:
  .balign 4
main_tss_286:
  .word 0, stack_0, data_0
  .skip 0x2C-6
  .balign 4
tss_386:
  .long 0, stack_0, data_0
  .skip 0x1C-12
  .long directory, run_386, 2
  .long 1, 2, 3, 4, stack_of_task, 6, 7, 8
  .long data_3, code_0, data_0, data_3, 0, data_3
  .long table_local, 0x680000
  .balign 4
tss_286:
  .word 0, stack_0, data_0, 0, 0, 0, 0
  .word run_286-header+first, 2
  .word 1, 2, 3, 4, stack_of_286, 6, 7, 8
  .word data_3, code_0, data_0, data_3
  .word table_local
  .balign 4
tss_virtual:
  .long 0, stack_0, data_0
  .skip 0x1C-12
  .long directory
task_virtual_eip: .long virtual_goes_on
task_virtual_flags: .long 0x23002
  .long 1, 2, 3, 4
task_virtual_esp: .long stack_virtual, 6, 7, 8
task_virtual_segments: .long 0, 0, 0, 0, 0, 0
  .long 0, 0x680000
image_end:
