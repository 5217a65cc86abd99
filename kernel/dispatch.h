/*
 * The processor, who has it and who pays. The most urgent ready process has it, or whoever it waits for, or whoever that
 * one waits for. While a server runs for a client, the client pays; who holds a lock that is waited for pays for itself.
 * Budgets are counted down for who pays, cycles are counted for who runs; what the kernel does in a call is the caller's,
 * what it does in an interrupt is the idle process's.
 *
 * Every function here is kernel code: interrupts are off.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "process.h"

/* A process may wait for one that waits for one …: so many links are followed. */
enum { WAIT_CHAIN_MAX = 3 };

/* Set by whatever may change who should run: before the kernel is left, dispatch() is due. */
extern uint8_t dispatch_wanted;

/* Whose budget it is. */
extern struct process *paying;

/* From the boot on, the idle process runs. */
void dispatch_set_up(void);

/*
 * Gives the processor to whom it belongs and sets the timer to the next moment when that may change. Answers the number that
 * the hardware must know it by, if that is not the one before (hardware_task.h).
 */
uint32_t dispatch(void);

/*
 * Gives the processor to whom dispatch() would, where that is known and the same one pays as before: whatever is due stays due
 * when it was. Answers as dispatch() does.
 */
uint32_t dispatch_hand_over(struct process *next);

/* An interrupt has come: up to here the cycles are the running process's. */
void dispatch_interrupted(void);

/* The timer has interrupted: what is due happens, one thing for each interrupt. */
void dispatch_timer(void);

/* Charges the cycles up to now. */
void dispatch_charge(void);

/*
 * Whether `process` may wait for `number`: REFUSED_DEADLOCK if that one waits, in the end, for `process`; REFUSED_TOO_DEEP
 * if that is farther than can be followed.
 */
int32_t dispatch_may_wait_for(const struct process *process, uint8_t number);

#endif
