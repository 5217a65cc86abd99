/* The interrupt descriptor table: which code each vector leads to. */
#ifndef GATES_H
#define GATES_H

/* Every vector up to VECTOR_COUNT gets an interrupt gate to its entry: handlers run with interrupts off. */
void gates_set_up(void);

#endif
