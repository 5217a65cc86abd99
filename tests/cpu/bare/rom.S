# The shortest way from reset to an image: real mode at FFFFFFF0h, then protected mode with flat segments, then the
# entry that the image's header at 1000h names. The selectors of the data segments are those that Linux gives a 32-bit
# process, so that a program that looks at them finds the same on the host processor and on the core.
# ROM_BYTES comes from the memory map (build.ts).

  .set header_entry, 0x1004
  .set code_selector, 0x20
  .set data_selector, 0x2B

  .text
  .code16
rom_begin:
enter_protected:
  cli
  lgdtl %cs:gdt_register - rom_begin + 0x10000 - ROM_BYTES
  movl %cr0, %eax
  orb $1, %al
  movl %eax, %cr0
  ljmpl $code_selector, $(flat - rom_begin - ROM_BYTES)

  .code32
flat:
  movl $data_selector, %eax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %fs
  movw %ax, %gs
  movl $data_selector_of_ring_0, %eax
  movw %ax, %ss
  movl $header_entry, %ebx
  movl $0x8000, %esp
  jmp *(%ebx)

  .balign 8
  .set data_selector_of_ring_0, 0x30
gdt:
  .quad 0, 0, 0, 0
  .quad 0x00CF9B000000FFFF   # 20h: code, ring 0
  .quad 0x00CFF3000000FFFF   # 28h: data, ring 3
  .quad 0x00CF93000000FFFF   # 30h: stack, ring 0
gdt_end:
gdt_register:
  .word gdt_end - gdt - 1
  .long gdt - rom_begin - ROM_BYTES

  .org ROM_BYTES - 16
  .code16
reset:
  .byte 0xE9                 # jmp near: the assembler would make the distance 32 bits wide
  .word enter_protected - (reset + 3)
  .org ROM_BYTES
