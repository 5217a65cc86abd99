/*
 * The machine's interrupt lines. The half that cannot wait is here: a line that the description gives to a process becomes
 * a message in its channel, or a job. The other half is the process's, at its own urgency. Until it has acknowledged, the
 * line stays in service at the local APIC, which holds back this line and those of the same rank.
 */
#ifndef INTERRUPTS_H
#define INTERRUPTS_H

#include <stdint.h>

void interrupts_set_up(void);

/* An interrupt has come: the running process's frame says by which vector. */
void interrupt(void);

/* By row of the description. */
void interrupt_acknowledge(uint16_t row);

#endif
