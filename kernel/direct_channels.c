#include "direct_channels.h"

#include "at_boot.h"
#include "flow_facts.h"
#include "hardware_task.h"
#include "panic.h"
#include "system_calls.h"

/* What is read where nothing answers. */
static const uint32_t NOBODY_ANSWERS = UINT32_MAX;

/* After a reset the mailbox clears itself, in fewer clocks than so many looks take. */
enum { LOOKS_MAX = 16384 };

enum { FLAGS = MAILBOX_RIGHTS_SEND | MAILBOX_RIGHTS_RECEIVE };

bool direct_channels_open;

/* RIGHTS is then the process's in that channel. */
static void select(const struct process *process, uint32_t channel) {
  *direct_channels_register(MAILBOX_SELECT) =
      (uint32_t)process_number(process) << MAILBOX_SELECT_TASK_SHIFT | channel << MAILBOX_SELECT_CHANNEL_SHIFT;
}

/* What it may do there; its credit stays what it is. */
static void set_flags(const struct process *process, uint32_t channel, uint32_t flags) {
  select(process, channel);
  uint32_t others = *direct_channels_register(MAILBOX_RIGHTS) & ~(uint32_t)FLAGS;
  *direct_channels_register(MAILBOX_RIGHTS) = others | flags;
}

AT_BOOT static bool is_ready(void) {
  BOUNDED_LOOP(LOOKS_MAX, for (uint32_t looks = 0; looks < LOOKS_MAX; looks++)) {
    if (*direct_channels_register(MAILBOX_STATE) == MAILBOX_STATE_READY) {
      return true;
    }
  }
  return false;
}

/* Without the right to send yet. */
AT_BOOT static void give_credits(const struct system_task *task) {
  BOUNDED_LOOP(SYSTEM_TASK_DIRECT_RIGHTS_MAX, for (uint32_t i = 0; i < task->direct_rights; i++)) {
    const struct system_direct_right *right = &system_direct_rights[task->direct_rights_first + i];
    select(&processes[task->number], right->channel);
    *direct_channels_register(MAILBOX_RIGHTS) = (uint32_t)right->credit << MAILBOX_RIGHTS_CREDIT_SHIFT;
  }
}

AT_BOOT void direct_channels_set_up(void) {
  if (*direct_channels_register(MAILBOX_STATE) == NOBODY_ANSWERS) {
    return;
  }
  if (hardware_tasks_present == 0 || !is_ready()) {
    panic("direct channels need the mailbox and the contexts, or a bus that answers all ones in their place");
  }
  direct_channels_open = true;
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    give_credits(&system_tasks[row]);
    direct_channels_open_to(&processes[system_tasks[row].number]);
  }
}

static void clear_words(uint32_t number) {
  *direct_channels_register(MAILBOX_CLEAR) = number << MAILBOX_CLEAR_TASK_SHIFT;
  *direct_channels_register(MAILBOX_CLEAR) = number << MAILBOX_CLEAR_TASK_SHIFT | MAILBOX_CLEAR_HALF;
}

void direct_channels_open_to(const struct process *process) {
  clear_words(process_number(process));
  const struct system_task *task = process->task;
  BOUNDED_LOOP(SYSTEM_TASK_DIRECT_RIGHTS_MAX, for (uint32_t i = 0; i < task->direct_rights; i++)) {
    const struct system_direct_right *right = &system_direct_rights[task->direct_rights_first + i];
    capability_take_rights_at((uint16_t)(task->slots_first + right->slot));
    set_flags(process, right->channel,
              (right->credit != 0 ? MAILBOX_RIGHTS_SEND : 0) |
                  (system_channels[right->channel].receiver == process_number(process) ? MAILBOX_RIGHTS_RECEIVE : 0));
  }
}

void direct_channel_take(const struct process *process, uint32_t slot) {
  const struct capability *held = capability_find(process_capabilities(process), slot).capability;
  if (held != 0 && held->object == OBJECT_CHANNEL && system_channels[held->index].direct != 0) {
    set_flags(process, held->index, 0);
  }
}
