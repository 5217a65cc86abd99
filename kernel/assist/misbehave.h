/*
 * A task that does on request what a task should not. It prints `ready`, reads one byte and obeys:
 *
 *   d  divides by zero              u  runs an undefined instruction, with known registers
 *   b  hits a breakpoint            o  checks for overflow, after one
 *   r  has an index out of range    s  loads a selector behind the descriptor table's end
 *   i  interrupts to a vector behind the interrupt table's end
 *   t  steps a single instruction   c  turns interrupts off
 *   h  halts the processor          m  reads a control register
 *   x  uses a port that is not its own
 *   n  raises an interrupt of the machine's, which is not for tasks to raise
 *   e  raises the double fault's vector
 *   z  empties DS and ES, asks the kernel for the time, and prints whether it was told to ask again
 *   y  single-steps into a system call
 *   q  asks for a call that there is not, through every way in, and prints the results
 *   v  prints the state of the other task, the victim, then makes it fault; w  prints its state only
 *
 * Anything else is answered with `ready`.
 */
#ifndef MISBEHAVE_H
#define MISBEHAVE_H

#include <stdint.h>

extern volatile uint32_t victim_rounds;

void misbehave_main(void);
void victim_main(void);
void uart_driver_main(void);
void fault_handler_main(void);

#endif
