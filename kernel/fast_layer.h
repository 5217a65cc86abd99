/*
 * The fast IPC layer: code in ring 1, between processes and the memory that they share. It puts into guarded lanes and takes out
 * of them, and sends and receives by guarded direct channels. Their memory, and the mailbox, are open to ring 1 and not to
 * ring 3, so a process that goes wrong can neither damage a ring nor read what is not its own to take.
 *
 * A process gets there by a call gate, with a row's number and four words in registers. Which rows there are is in a block of
 * memory of its own, right behind the stack that the processor takes for ring 1; so whose block it is nobody has to say, and
 * nobody can lie about it. The layer runs on the process's time and may be interrupted; what interrupts it, or a fault in it,
 * is the process's, and the kernel's entries cannot tell the difference.
 *
 * A lane's slot is written before it is counted, and read before it is given back. So one that is restarted in the midst
 * leaves the lane as it was.
 */
#ifndef FAST_LAYER_H
#define FAST_LAYER_H

/* Of a block: where the rows are behind the count; of a row. */
#define FAST_LAYER_ROWS 16
#define FAST_LAYER_ROW_SHIFT 4
#define FAST_LAYER_ROW_WHERE 4
#define FAST_LAYER_ROW_SLOTS 8

#define FAST_LAYER_PUT 0
#define FAST_LAYER_GET 1
#define FAST_LAYER_SEND 2
#define FAST_LAYER_RECEIVE 3

/* Of a lane: how many were taken out, behind how many were put in; its slots. */
#define FAST_LAYER_LANE_TAKEN 64
#define FAST_LAYER_LANE_SLOTS 128
#define FAST_LAYER_SLOT_SHIFT 4

#ifndef __ASSEMBLER__

#include <stdint.h>

#include "system_tables.h"

/* What the call gate's instruction pushes: EIP, CS, ESP and SS of the process. */
enum { FAST_LAYER_STACK_WORDS = 4 };

/* A process's own, read and written in ring 1 alone. */
struct __attribute__((aligned(32))) fast_layer_block {
  uint32_t stack[FAST_LAYER_STACK_WORDS];
  uint32_t count;
  uint32_t unused[3];
  struct system_layer_row rows[SYSTEM_CLIENT_LAYER_ROWS_MAX];
};
extern struct fast_layer_block fast_layer_blocks[SYSTEM_LAYER_CLIENTS];

/* fast_layer.S. The size is a symbol's address. */
extern const uint8_t fast_layer_code[], fast_layer_code_bytes[];

/* By process number: where its stack in ring 1 begins; 0: nowhere. */
extern uint32_t fast_layer_stacks[];

void fast_layer_set_up(void);

#endif
#endif
