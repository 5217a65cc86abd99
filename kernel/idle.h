/* What the processor does when no process is ready: sleep, in ring 0, until an interrupt. */
#ifndef IDLE_H
#define IDLE_H

/* Process 0's code. Not to be called. */
void idle_loop(void);

#endif
