/*
 * A process's registers while the kernel runs, in the process's own row of the table. A system call stores what a call
 * keeps; on an exception or interrupt the processor itself pushes there (the task state segment's stack of ring 0 ends
 * where the frame does), then vector_entries.S. So entering the kernel touches no memory of the process's, and none of its
 * registers can lead the kernel astray. Read by C and by the assembler.
 */
#ifndef FRAME_H
#define FRAME_H

#define FRAME_EDI 0
#define FRAME_ESI 4
#define FRAME_EBP 8
#define FRAME_ADDRESS 12
#define FRAME_EBX 16
#define FRAME_EDX 20
#define FRAME_ECX 24
#define FRAME_EAX 28
#define FRAME_VECTOR 32
#define FRAME_ERROR 36
#define FRAME_EIP 40
#define FRAME_CS 44
#define FRAME_EFLAGS 48
#define FRAME_ESP 52
#define FRAME_BYTES 60
/* Behind the frame in struct process. */
#define FRAME_LEFT_BY_CALL 60
/* A process's row has 2 to that many bytes, and begins with the frame. */
#define PROCESS_SHIFT 7

/* What a process comes back with: interrupts on, nothing else. */
#define FRAME_EFLAGS_AFTER_CALL 0x202

#ifndef __ASSEMBLER__

#include <stdint.h>

struct frame {
  /* PUSHA, the last pushed first; where it puts ESP is the address that a page fault was about. */
  uint32_t edi, esi, ebp, address, ebx, edx, ecx, eax;
  /* The stub of the vector; `error` is 0 where the processor pushes none. */
  uint32_t vector, error;
  /* The processor. The idle process is interrupted in ring 0: its stack pointer and segment are not pushed. */
  uint32_t eip, cs, eflags, esp, ss;
};

_Static_assert(sizeof(struct frame) == FRAME_BYTES, "the assembler's frame is another one");

#endif
#endif
