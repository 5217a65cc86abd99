#include "hardware_task.h"

#include "at_boot.h"
#include "contexts.h"
#include "flow_facts.h"
#include "memory_map.h"
#include "segments.h"
#include "task_state.h"

/* The order of a context's general registers and segments. */
enum { GENERAL_REGISTERS = 8 };
enum { SEGMENT_ES, SEGMENT_CS, SEGMENT_SS, SEGMENT_DS, SEGMENT_FS, SEGMENT_GS, SEGMENT_LDTR, SEGMENT_TR };

enum { EFLAGS_NOTHING = 2, GENERAL_ESP = 4, USER_LEVEL = 3 };

/* vector_entries.S */
extern void exchange_point(void);

uint32_t hardware_tasks_present;

static volatile uint32_t *word(uint32_t offset) {
  return (volatile uint32_t *)(CONTEXT_STORE_BASE + offset);
}

/* Where nothing answers, a register does not keep what it is given. */
static bool are_there(void) {
  const uint32_t probe = 0xA5;
  *word(CONTEXTS_TASK) = probe;
  return *word(CONTEXTS_TASK) == probe;
}

enum {
  CODE = CONTEXTS_RIGHTS_USABLE | CONTEXTS_RIGHTS_READABLE | CONTEXTS_RIGHTS_BIG,
  DATA = CODE | CONTEXTS_RIGHTS_WRITABLE,
  FOR_ALL = CONTEXTS_RIGHTS_GUARD_MASK,
};

/* Those of 4 GB from address 0; FS, GS and LDTR are empty. */
static const uint32_t rights[SEGMENT_TR] = {
    [SEGMENT_ES] = SELECTOR_USER_DATA | DATA | FOR_ALL,
    [SEGMENT_CS] = SELECTOR_KERNEL_CODE | CODE,
    [SEGMENT_SS] = SELECTOR_KERNEL_DATA | DATA,
    [SEGMENT_DS] = SELECTOR_USER_DATA | DATA | FOR_ALL,
};

AT_BOOT static void prepare(uint8_t number, const struct task_state_place *state) {
  *word(CONTEXTS_TASK) = number;
  BOUNDED_LOOP(GENERAL_REGISTERS, for (uint32_t i = 0; i < GENERAL_REGISTERS; i++)) {
    *word(CONTEXTS_GENERAL(i)) = 0;
  }
  BOUNDED_LOOP(SEGMENT_TR, for (uint32_t i = 0; i < SEGMENT_TR; i++)) {
    *word(CONTEXTS_RIGHTS(i)) = rights[i];
    *word(CONTEXTS_BASE(i)) = 0;
    *word(CONTEXTS_LIMIT(i)) = rights[i] == 0 ? 0 : UINT32_MAX;
  }
  *word(CONTEXTS_RIGHTS(SEGMENT_TR)) = SELECTOR_TASK_STATE | (DATA & ~CONTEXTS_RIGHTS_BIG);
  *word(CONTEXTS_BASE(SEGMENT_TR)) = state->base;
  *word(CONTEXTS_LIMIT(SEGMENT_TR)) = state->limit;
  *word(CONTEXTS_EIP) = (uint32_t)exchange_point;
  *word(CONTEXTS_EFLAGS) = EFLAGS_NOTHING;
  *word(CONTEXTS_CR3) = 0;
  *word(CONTEXTS_ENTRY_STACK) = state->stack_word;
  *word(CONTEXTS_LEVEL) = CONTEXTS_LEVEL_TASK_OF_386;
}

AT_BOOT void hardware_task_enter_by(const struct process *process, struct task_state_place state) {
  *word(CONTEXTS_TASK) = process_number(process);
  *word(CONTEXTS_BASE(SEGMENT_TR)) = state.base;
  *word(CONTEXTS_LIMIT(SEGMENT_TR)) = state.limit;
  *word(CONTEXTS_ENTRY_STACK) = state.stack_word;
}

static void set_flat(uint32_t segment, uint32_t its_rights) {
  *word(CONTEXTS_RIGHTS(segment)) = its_rights;
  *word(CONTEXTS_BASE(segment)) = 0;
  *word(CONTEXTS_LIMIT(segment)) = UINT32_MAX;
}

/* Interrupts off: in its context none enters the kernel. */
void hardware_task_begin(const struct process *process) {
  *word(CONTEXTS_TASK) = process_number(process);
  set_flat(SEGMENT_CS, SELECTOR_USER_CODE | CODE | FOR_ALL);
  set_flat(SEGMENT_SS, SELECTOR_USER_DATA | DATA | FOR_ALL);
  set_flat(SEGMENT_DS, SELECTOR_USER_DATA | DATA | FOR_ALL);
  set_flat(SEGMENT_ES, SELECTOR_USER_DATA | DATA | FOR_ALL);
  *word(CONTEXTS_GENERAL(GENERAL_ESP)) = process->frame.esp;
  *word(CONTEXTS_EIP) = process->frame.eip;
  *word(CONTEXTS_EFLAGS) = EFLAGS_NOTHING;
  *word(CONTEXTS_LEVEL) = CONTEXTS_LEVEL_TASK_OF_386 | USER_LEVEL;
}

AT_BOOT void hardware_tasks_set_up(void) {
  hardware_tasks_present = are_there() ? UINT32_MAX : 0;
  if (hardware_tasks_present == 0) {
    return;
  }
  const struct task_state_place state = task_state_place();
  *word(CONTEXTS_CONTROL) = HARDWARE_TASK_CONTROL | PROCESS_IDLE;
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    prepare(system_tasks[row].number, &state);
  }
}
