/*
 * The processor and who has it: carries out what the scheduler decides, and charges the cycles to the task that used
 * them. Every function here is kernel code: interrupts are off.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "scheduler.h"

/* The boot context becomes the idle task. */
void dispatch_set_up(void);

struct task_id running_task(void);

/* Gives the processor to the best ready task. Returns when the caller's task has it again. */
void dispatch(void);

/*
 * While held, dispatch() changes nothing: the running task keeps the processor although interrupts may be on. For a
 * report, which takes many ticks to print and must come out in one piece.
 */
void dispatch_hold(void);
void dispatch_release(void);

/* The running task waits until another context makes it ready. */
void dispatch_wait(void);

/* The clock ticked: among equals it is the next one's turn. The caller dispatches afterwards. */
void dispatch_tick(void);

/* The running task raised an exception: its program says what becomes of it. */
_Noreturn void dispatch_fault(void);

/* Charges the running task its cycles up to now. */
void dispatch_charge(void);

#endif
