#include "units.h"

extern uint8_t stacks[];
extern uint8_t task_state[];

void wait_until_ready(void) {
  while ((get(SCHEDULER_BASE + SCHEDULER_STATUS) & SCHEDULER_STATUS_READY) == 0) {
  }
  while ((get(MAILBOX_BASE + MAILBOX_STATE) & MAILBOX_STATE_READY) == 0) {
  }
  while ((get(MEMORY_PROTECTION_BASE + MPU_STATE) & MPU_STATE_READY) == 0) {
  }
}

uint8_t *stack_of(uint32_t number) { return stacks + number * STACK_BYTES; }

static void set_word(uint32_t offset, uint32_t value) { put(CONTEXT_STORE_BASE + offset, value); }

enum segment { ES, CS, SS, DS, FS, GS, LDTR, TR };
enum { FLAT_LIMIT = -1, TSS_LIMIT = 0x67 };
enum { FLAGS_ALWAYS = 0x2, FLAG_INTERRUPTS = 0x200, RING_3 = 3 };

static void set_segment(enum segment segment, uint32_t rights, uint32_t base, uint32_t limit) {
  set_word(CONTEXTS_RIGHTS(segment), rights);
  set_word(CONTEXTS_BASE(segment), base);
  set_word(CONTEXTS_LIMIT(segment), limit);
}

void set_context(uint32_t number, void (*entry)(uint32_t), uint32_t flags) {
  const uint32_t code = CODE_3 | CONTEXTS_RIGHTS_USABLE | CONTEXTS_RIGHTS_READABLE | CONTEXTS_RIGHTS_BIG |
                        CONTEXTS_RIGHTS_GUARD_MASK;
  const uint32_t data = DATA_3 | CONTEXTS_RIGHTS_USABLE | CONTEXTS_RIGHTS_READABLE | CONTEXTS_RIGHTS_WRITABLE |
                        CONTEXTS_RIGHTS_BIG | CONTEXTS_RIGHTS_GUARD_MASK;
  /* As a call leaves it: a return address, which is never used; the argument is in EAX. */
  uint32_t *const stack = (uint32_t *)stack_of(number + 1) - 1;
  stack[0] = 0;
  put(CONTEXT_STORE_BASE + CONTEXTS_TASK, number);
  for (uint32_t i = 0; i < 8; i++) set_word(CONTEXTS_GENERAL(i), i == 0 ? number : i == 4 ? (uint32_t)stack : 0);
  for (enum segment segment = ES; segment <= GS; segment++) {
    set_segment(segment, segment == CS ? code : data, 0, (uint32_t)FLAT_LIMIT);
  }
  set_segment(LDTR, 0, 0, 0);
  set_segment(TR, TASK_STATE | CONTEXTS_RIGHTS_USABLE | CONTEXTS_RIGHTS_READABLE | CONTEXTS_RIGHTS_WRITABLE,
              (uint32_t)task_state, TSS_LIMIT);
  set_word(CONTEXTS_EIP, (uint32_t)entry);
  set_word(CONTEXTS_EFLAGS, FLAGS_ALWAYS | FLAG_INTERRUPTS | flags);
  set_word(CONTEXTS_CR3, 0);
  set_word(CONTEXTS_ENTRY_STACK, 0);
  set_word(CONTEXTS_LEVEL, RING_3 << CONTEXTS_LEVEL_CPL_SHIFT | CONTEXTS_LEVEL_TASK_OF_386);
}

static void put_wide(uint32_t low, uint32_t high, uint64_t value) {
  put(SCHEDULER_BASE + low, (uint32_t)value);
  put(SCHEDULER_BASE + high, (uint32_t)(value >> 32));
}

void set_schedule(uint32_t number, const struct schedule *schedule) {
  put(SCHEDULER_BASE + SCHEDULER_TASK, number);
  put(SCHEDULER_BASE + SCHEDULER_TRAITS, schedule->traits);
  put_wide(SCHEDULER_PERIOD_LOW, SCHEDULER_PERIOD_HIGH, schedule->period);
  put_wide(SCHEDULER_DEADLINE_LOW, SCHEDULER_DEADLINE_HIGH, schedule->deadline);
  put_wide(SCHEDULER_BUDGET_LOW, SCHEDULER_BUDGET_HIGH, schedule->budget);
  put(SCHEDULER_BASE + SCHEDULER_COMMAND, SCHEDULER_COMMAND_OPERATION_SETUP);
}

void command(uint32_t number, uint32_t operation) {
  put(SCHEDULER_BASE + SCHEDULER_TASK, number);
  put(SCHEDULER_BASE + SCHEDULER_COMMAND, operation);
}

void start_at(uint32_t number, uint64_t time) {
  put_wide(SCHEDULER_TIME_LOW, SCHEDULER_TIME_HIGH, time);
  command(number, SCHEDULER_COMMAND_OPERATION_START);
}

uint64_t clock_now(void) {
  const uint32_t low = get(SCHEDULER_BASE + SCHEDULER_NOW_LOW);
  return (uint64_t)get(SCHEDULER_BASE + SCHEDULER_NOW_HIGH) << 32 | low;
}

void set_rights(uint32_t task, uint32_t channel, uint32_t rights) {
  put(MAILBOX_BASE + MAILBOX_SELECT, task << MAILBOX_SELECT_TASK_SHIFT | channel << MAILBOX_SELECT_CHANNEL_SHIFT);
  put(MAILBOX_BASE + MAILBOX_RIGHTS, rights);
}

void set_region(uint32_t select, uint32_t first, uint32_t end, uint32_t rights) {
  put(MEMORY_PROTECTION_BASE + MPU_SELECT, select);
  put(MEMORY_PROTECTION_BASE + MPU_BASE, first);
  put(MEMORY_PROTECTION_BASE + MPU_LIMIT, end - 1);
  put(MEMORY_PROTECTION_BASE + MPU_RIGHTS, rights);
}
