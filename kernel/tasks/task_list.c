#include "task_list.h"

#include "counter.h"
#include "flow_facts.h"
#include "numbers.h"
#include "print.h"
#include "system_call_stubs.h"

/* By number. `work` is a count that a task makes of what it does. */
static const struct row {
  const char *name;
  uint8_t slot;
  const volatile uint32_t *work;
} rows[NUMBERS] = {
    [NUMBER_IDLE] = {.name = "idle", .slot = CONSOLE_IDLE},
    [NUMBER_CONSOLE] = {.name = "console", .slot = CONSOLE_ITSELF},
    [NUMBER_COUNT_A] = {"count-a", CONSOLE_COUNT_A, &counter_a},
    [NUMBER_COUNT_B] = {"count-b", CONSOLE_COUNT_B, &counter_b},
    [NUMBER_UART] = {.name = "uart", .slot = CONSOLE_UART},
    [NUMBER_FAULTS] = {.name = "faults", .slot = CONSOLE_FAULTS},
};

/* By enum process_state. */
static const char *const states[] = {"absent", "stopped", "held", "waiting", "serving", "ready"};

static const char *state_name(uint32_t number, uint32_t state) {
  return number == NUMBER_CONSOLE ? "running" : state < sizeof states / sizeof states[0] ? states[state] : "?";
}

void list_tasks(void) {
  print_text("id  name     state    priority  dispatched         cycles  faults        work\n");
  BOUNDED_LOOP(NUMBERS, for (uint32_t number = 0; number < NUMBERS; number++)) {
    const struct row *row = &rows[number];
    uint32_t state[4], cycles[4];
    if (ask_inspect(row->slot, PAGE_STATE, state) < 0 || ask_inspect(row->slot, PAGE_CYCLES, cycles) < 0) {
      continue;
    }
    print_decimal_padded(number, 2);
    print_text("  ");
    print_text_padded(row->name, 9);
    print_text_padded(state_name(number, state[0] & 0xFF), 9);
    print_decimal_padded((state[0] >> 16) & 0xFF, 8);
    print_decimal_padded(state[1], 12);
    print_decimal_padded((uint64_t)cycles[1] << 32 | cycles[0], 15);
    print_decimal_padded(state[2] & 0xFFFF, 8);
    print_decimal_padded(row->work == 0 ? 0 : *row->work, 12);
    print_character('\n');
  }
}
