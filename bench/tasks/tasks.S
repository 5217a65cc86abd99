# The two tasks that are measured: see latency.c. Each begins at the top of its loop, wherever it was stopped.

#include "memory_map.h"
#include "mailbox.h"
#include "task_scheduler.h"

  .set channel, 5

  .text
# void answer(uint32_t number): sends a message of 16 bytes for each release
  .globl answer, answer_sends, answer_commits, answer_end
answer:
  movl $MAILBOX_WINDOW_BASE, %ebx
answer_sends:
  incl %eax
  movl %eax, (%ebx)
  movl %eax, 4(%ebx)
  movl %eax, 8(%ebx)
  movl %eax, 12(%ebx)
  movl %eax, %ecx            # a load may not follow a store at once
answer_commits:
  movl MAILBOX_BASE + MAILBOX_COMMIT_4(channel), %edx
  movl %eax, TASK_SCHEDULER_BASE + TASK_SCHEDULER_FINISH
1:
  testl $TASK_SCHEDULER_STATE_WAITS, TASK_SCHEDULER_BASE + TASK_SCHEDULER_STATE
  jnz 1b
  jmp answer_sends
answer_end:

# void receive(uint32_t number): waits for a message, and looks at it
  .globl receive, receive_end
receive:
  movl MAILBOX_BASE + MAILBOX_WAIT(channel), %eax
  nop
  movl MAILBOX_BASE + MAILBOX_RECEIVE(channel), %eax
  movl MAILBOX_WINDOW_BASE, %edx
  jmp receive
receive_end:
