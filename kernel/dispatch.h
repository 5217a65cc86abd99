/*
 * The processor and who has it: carries out what the scheduler decides, and charges the cycles to the task that used
 * them. Every function here is kernel code: interrupts are off.
 *
 * Among equals a turn is one tick's worth of cycles, counted for each task rather than by the tick: a task that is
 * pre-empted just before every tick would never lose its turn, and one pre-empted just after would hardly get one.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "scheduler.h"

/* The boot context becomes the idle task. */
void dispatch_set_up(void);

struct task_id running_task(void);

/* Gives the processor to the best ready task. Returns when the caller's task has it again. */
void dispatch(void);

/* The same at a tick, when a turn among equals may be over. */
void dispatch_tick(void);

/*
 * While held, these two change nothing: the running task keeps the processor although interrupts may be on. For a
 * report, which takes many ticks to print and must come out in one piece. Each hold needs a release of its own.
 */
void dispatch_hold(void);
void dispatch_release(void);

/* The running task waits until another context makes it ready. */
void dispatch_wait(void);

/* The running task raised an exception: its program says what becomes of it. The report has said it already. */
_Noreturn void dispatch_fault(void);

/* Charges the running task its cycles up to now. */
void dispatch_charge(void);

#endif
