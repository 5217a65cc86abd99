/*
 * What the figures of task switches are measured with. In the background a task runs whatever instructions `mix.S` has.
 * Line 8 releases `answer`, which sends a message to `receive`; that is more urgent, and waits for the next one. Then
 * the background goes on. The tasks' code is in `tasks.S`; the host looks at when its instructions are complete.
 */
#include "units.h"

void kernel_main(void);
void handle(uint32_t *frame);

extern void mix(uint32_t);
extern void answer(uint32_t);
extern void receive(uint32_t);

enum { BACKGROUND_TASK = 200, ANSWER_TASK = 100, RECEIVE_TASK = 30, CHANNEL = 5, IOPL_3 = 0x3000 };

static void wait_for_message(uint32_t task, uint32_t channel) {
  put(MAILBOX_BASE + MAILBOX_CHANNEL(channel), task << MAILBOX_CHANNEL_RECEIVER_SHIFT);
  set_rights(task, channel, MAILBOX_RIGHTS_RECEIVE);
}

void kernel_main(void) {
  wait_until_ready();
  set_context(BACKGROUND_TASK, mix, IOPL_3);
  set_context(ANSWER_TASK, answer, 0);
  set_context(RECEIVE_TASK, receive, 0);
  wait_for_message(RECEIVE_TASK, CHANNEL);
  set_rights(ANSWER_TASK, CHANNEL, MAILBOX_RIGHTS_SEND | 15 << MAILBOX_RIGHTS_CREDIT_SHIFT);

  set_schedule(BACKGROUND_TASK, &(struct schedule){
    .traits = SCHEDULER_TRAITS_POLICY_BACKGROUND, .budget = NO_LIMIT,
  });
  set_schedule(ANSWER_TASK, &(struct schedule){
    .traits = SCHEDULER_TRAITS_POLICY_EDF | SCHEDULER_TRAITS_SPORADIC, .deadline = 10000, .budget = NO_LIMIT,
  });
  set_schedule(RECEIVE_TASK, &(struct schedule){
    .traits = SCHEDULER_TRAITS_POLICY_URGENT, .budget = NO_LIMIT,
  });
  /* The line: each rise is a release. */
  put(INTERRUPT_ROUTER_BASE + INTERRUPT_ROUTER_LINE(FIRST_OUTSIDE_LINE),
      INTERRUPT_ROUTER_LINE_ROUTE_RELEASE | ANSWER_TASK << INTERRUPT_ROUTER_LINE_TASK_SHIFT);
  command(ANSWER_TASK, SCHEDULER_COMMAND_OPERATION_START);
  start_at(RECEIVE_TASK, clock_now() + 100);
  start_at(BACKGROUND_TASK, clock_now() + 1000);
  put(CONTEXT_STORE_BASE + CONTEXTS_CONTROL, CONTEXTS_CONTROL_FOLLOW);
}

/* Nothing here may come; the host sees it by its address. */
void handle(uint32_t *frame) {
  (void)frame;
  __asm__ volatile("unexpected: hlt");
}
