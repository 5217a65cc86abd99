#include "task_list.h"

#include "console_system.h"
#include "flow_facts.h"
#include "print.h"
#include "system_call_stubs.h"

/* `work` is a count that a task makes of what it does. */
static const struct row {
  const char *name;
  uint8_t number;
  uint8_t slot;
  const volatile uint32_t *work;
} rows[] = {
    {"idle", IDLE_NUMBER, IDLE_SLOT, 0},
    {"console", ITSELF_NUMBER, ITSELF_SLOT, 0},
    {"count-a", COUNT_A_NUMBER, COUNT_A_SLOT, WORK_A},
    {"count-b", COUNT_B_NUMBER, COUNT_B_SLOT, WORK_B},
    {"uart", UART_NUMBER, UART_SLOT, 0},
    {"faults", FAULTS_NUMBER, FAULTS_SLOT, 0},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/* By enum process_state. */
static const char *const states[] = {"absent", "stopped", "held", "waiting", "serving", "ready"};

static const char *state_name(uint32_t number, uint32_t state) {
  return number == ITSELF_NUMBER ? "running" : state < sizeof states / sizeof states[0] ? states[state] : "?";
}

void list_tasks(void) {
  print_text("id  name     state    priority  dispatched         cycles  faults        work\n");
  BOUNDED_LOOP(ROWS, for (const struct row *row = rows; row < rows + ROWS; row++)) {
    uint32_t state[4], cycles[4];
    if (ask_inspect(row->slot, PAGE_STATE, state) < 0 || ask_inspect(row->slot, PAGE_CYCLES, cycles) < 0) {
      continue;
    }
    print_decimal_padded(row->number, 2);
    print_text("  ");
    print_text_padded(row->name, 9);
    print_text_padded(state_name(row->number, state[0] & 0xFF), 9);
    print_decimal_padded((state[0] >> 16) & 0xFF, 8);
    print_decimal_padded(state[1], 12);
    print_decimal_padded((uint64_t)cycles[1] << 32 | cycles[0], 15);
    print_decimal_padded(state[2] & 0xFFFF, 8);
    print_decimal_padded(row->work == 0 ? 0 : *row->work, 12);
    print_character('\n');
  }
}
