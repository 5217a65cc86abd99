/* Has a channel of its own, so it reaches the mailbox, and tries everything there by hand. It lives twice. */
#include "meddler_system.h"

#include "meddling.h"

void meddler_main(void);

enum { OWN = 1, READINGS = 0 };

static volatile uint32_t *mailbox(uint32_t offset) {
  return (volatile uint32_t *)(MAILBOX_BASE + offset);
}

static void try_others(volatile struct life *life) {
  life->others_commit = direct_channel_operation(MAILBOX_COMMIT_4(READINGS));
  life->others_receive = direct_channel_operation(MAILBOX_RECEIVE(READINGS));
  life->others_poll = direct_channel_operation(MAILBOX_POLL(READINGS));
  life->others_discard = direct_channel_operation(MAILBOX_DISCARD(READINGS));
}

static void take_rights(volatile struct life *life) {
  *mailbox(MAILBOX_SELECT) = TASK_NUMBER << MAILBOX_SELECT_TASK_SHIFT | READINGS << MAILBOX_SELECT_CHANNEL_SHIFT;
  *mailbox(MAILBOX_RIGHTS) = MAILBOX_RIGHTS_SEND | MAILBOX_RIGHTS_RECEIVE | MAILBOX_RIGHTS_CREDIT_MASK;
  *mailbox(MAILBOX_CHANNEL(OWN)) = TASK_NUMBER << MAILBOX_CHANNEL_RECEIVER_SHIFT;
  life->others_after_all = direct_channel_operation(MAILBOX_COMMIT_4(READINGS));
  life->wait = direct_channel_operation(MAILBOX_WAIT(OWN));
}

void meddler_main(void) {
  volatile struct lives *lives = RESULTS;
  volatile struct life *life = &lives->life[lives->begun % 2];
  lives->begun++;
  life->window_at_first = *direct_channel_window();
  life->unstaged = direct_channel_operation(MAILBOX_COMMIT_1(OWN));
  uint32_t word = 1;
  life->poll_unstaged = own_poll(&word);
  life->unstaged_word = word;
  try_others(life);
  take_rights(life);
  life->send = own_send(OWN_WORD);
  life->poll = own_poll(&word);
  life->word = word;
  life->poll_empty = own_poll(&word);
  life->kernels_send = system_call(CALL_SEND, OWN_SLOT, 1, 2, 3, 4);
  life->discard = own_discard();
  life->send_discarded = own_send(OWN_WORD);
  life->poll_discarded = own_poll(&word);
  lives->ended++;
  next_period();
}
