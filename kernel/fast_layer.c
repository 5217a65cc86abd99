#include "fast_layer.h"

#include <stddef.h>

#include "at_boot.h"
#include "flow_facts.h"
#include "process.h"

_Static_assert(offsetof(struct fast_layer_block, rows) - offsetof(struct fast_layer_block, count) == FAST_LAYER_ROWS,
               "fast_layer.S finds the rows behind the count");
_Static_assert(sizeof(struct system_layer_row) == 1 << FAST_LAYER_ROW_SHIFT, "a row's place is found by a shift");
_Static_assert(offsetof(struct system_layer_row, where) == FAST_LAYER_ROW_WHERE, "");
_Static_assert(offsetof(struct system_layer_row, slots) == FAST_LAYER_ROW_SLOTS, "");

struct fast_layer_block fast_layer_blocks[SYSTEM_LAYER_CLIENTS];
uint32_t fast_layer_stacks[PROCESS_COUNT];

AT_BOOT void fast_layer_set_up(void) {
  BOUNDED_LOOP(SYSTEM_LAYER_CLIENTS, for (uint32_t i = 0; i < SYSTEM_LAYER_CLIENTS; i++)) {
    const struct system_layer_client *client = &system_layer_clients[i];
    struct fast_layer_block *block = &fast_layer_blocks[i];
    block->count = client->rows;
    BOUNDED_LOOP(SYSTEM_CLIENT_LAYER_ROWS_MAX, for (uint32_t row = 0; row < client->rows; row++)) {
      block->rows[row] = system_layer_rows[client->rows_first + row];
    }
    fast_layer_stacks[client->task] = (uint32_t)&block->count;
  }
}
