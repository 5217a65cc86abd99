# Ways into ring 0 and out of it for software.c, and the tasks that are measured: what tasks.S is with the accelerators.
#include "software.h"

# struct frame *HANDLER(struct frame *frame): what the task leaves on its own stack of ring 0; whose is returned goes on.
  .macro way entry:req, handler:req
  .globl \entry
\entry:
  pushal
  movl %esp, %eax
  call \handler
  movl %eax, %esp
  popal
  iretl
  .endm

  .text
  way line_entry, line_rises
  way send_entry, send
  way receive_entry, receive_message
  way finish_entry, finish

# void begin(struct frame *frame)
  .globl begin
begin:
  movl %eax, %esp
  popal
  iretl

# answer: sends a message of 16 bytes for each release
  .globl answer, answer_sends, answer_end
answer:
  incl %eax
  movl %eax, %ebx
  movl %eax, %ecx
answer_sends:
  movl %eax, %edx
  int $SEND_VECTOR
  int $FINISH_VECTOR
  jmp answer
answer_end:

# receive: waits for a message, which it finds in four registers
  .globl receive, receive_end
receive:
  int $RECEIVE_VECTOR
  nop
  jmp receive
receive_end:
