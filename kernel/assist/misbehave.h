/*
 * A task that does on request what a task should not. It prints `ready`, reads one byte and obeys:
 *
 *   @ to _  (40h to 5Fh) delivers exception 0 to 31 to itself, with the frame that the processor would push
 *   d  divides by zero              u  runs an undefined instruction, with known registers
 *   b  hits a breakpoint            o  checks for overflow, after one
 *   r  has an index out of range    s  loads a selector behind the descriptor table's end
 *   i  interrupts to a vector behind the interrupt table's end
 *   p  turns paging on and reads an address without a page (leaves paging on)
 *   n  interrupts to a line that has no handler
 *   v  prints the state of the other task, the victim, then makes it fault; w  prints its state only
 *   k  faults with interrupts off, as the kernel would
 *
 * Anything else is answered with `ready`.
 */
#ifndef MISBEHAVE_H
#define MISBEHAVE_H

#include <stdint.h>

enum { TASK_MISBEHAVE = 1, TASK_VICTIM = 2 };

extern volatile uint32_t victim_rounds;

void misbehave_main(void);
void victim_main(void);

#endif
