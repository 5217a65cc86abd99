/*
 * Tries out on request what the kernel does for processes. The conductor prints `ready`, reads one byte and does:
 *
 *   p  runs a periodic task for five jobs: when each began, from the first, in periods
 *   o  runs a task that never ends its job: what becomes of it
 *   l  runs a task that misses its deadline
 *   c  calls a server in each of its states
 *   i  a lock between a task of low and one of high priority, while one between them is busy; with inheritance
 *   e  the same with a ceiling
 *   d  two tasks that each want the lock that the other has
 *   b  sends more than fits, waits in vain, is notified
 *   r  copies a capability, revokes it; lends a region for a call
 *   g  writes to the log and reads it
 *   n  makes the call that does nothing, from every alignment
 */
#ifndef TRIAL_H
#define TRIAL_H

enum { PERIOD_CYCLES = 100000, BUDGET_CYCLES = 10000 };

void conductor_main(void);
void periodic_main(void);
void spendthrift_main(void);
void late_main(void);
void server_main(void);
void low_main(void);
void middle_main(void);
void high_main(void);
void uart_driver_main(void);
void fault_handler_main(void);

#endif
