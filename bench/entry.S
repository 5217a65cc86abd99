# A benchmark program alone on the machine: header, stack, the measured call between two marks, the result, halt.
# STACK_TOP and MARK_PORT come from cpi.ts.
  .text
  .globl entry, result
header:
  .ascii "ATOM"
  .long entry, header, _end, 0
result:
  .long 0

entry:
  movl $STACK_TOP, %esp
  movb $1, %al
  outb %al, $MARK_PORT
  call benchmark
  movl %eax, result
  movb $0, %al
  outb %al, $MARK_PORT
stop:
  cli
  hlt
  jmp stop
