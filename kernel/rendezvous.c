#include "rendezvous.h"

#include <stddef.h>

#include "capability.h"
#include "dispatch.h"
#include "jobs.h"
#include "regions.h"
#include "short_calls.h"
#include "system_calls.h"

_Static_assert(
    offsetof(struct process, task) == SHORT_PROCESS_TASK && offsetof(struct process, state) == SHORT_PROCESS_STATE &&
        offsetof(struct process, wait) == SHORT_PROCESS_WAIT &&
        offsetof(struct process, waits_for) == SHORT_PROCESS_WAITS_FOR &&
        offsetof(struct process, serves) == SHORT_PROCESS_SERVES &&
        offsetof(struct process, newest_lock) == SHORT_PROCESS_NEWEST_LOCK &&
        offsetof(struct process, accepts_calls) == SHORT_PROCESS_ACCEPTS_CALLS &&
        offsetof(struct process, lent) == SHORT_PROCESS_LENT &&
        offsetof(struct process, notifications) == SHORT_PROCESS_NOTIFICATIONS &&
        offsetof(struct process, notifications_awaited) == SHORT_PROCESS_AWAITED,
    "the assembler's process is another one");
_Static_assert((STATE_WAITING | WAIT_EVENTS << 8) == SHORT_WAITS_FOR_EVENTS &&
                   (STATE_SERVING | WAIT_NOTHING << 8) == SHORT_SERVES && STATE_SERVING == SHORT_STATE_SERVING &&
                   WAIT_NOTHING == SHORT_WAIT_NOTHING && WAIT_REPLY == SHORT_WAIT_REPLY && NOBODY == SHORT_NOBODY &&
                   NO_LOCK == SHORT_NO_LOCK,
               "the assembler's states are other ones");
_Static_assert(offsetof(struct system_task, slots) == SHORT_TASK_SLOTS &&
                   offsetof(struct system_task, slots_first) == SHORT_TASK_SLOTS_FIRST,
               "the assembler's task is another one");
_Static_assert(sizeof(struct capability) == 4 * SHORT_CAPABILITY_WORDS && offsetof(struct capability, copies) == 1 &&
                   offsetof(struct capability, index) == SHORT_CAPABILITY_INDEX &&
                   offsetof(struct capability, rights) == SHORT_CAPABILITY_RIGHTS &&
                   OBJECT_PROCESS == SHORT_ORIGINAL_OF_PROCESS && RIGHT_CALL == SHORT_RIGHT_CALL,
               "the assembler's capability is another one");

bool rendezvous_is_open(const struct process *server) {
  return server->state == STATE_WAITING && server->wait == WAIT_EVENTS && server->accepts_calls;
}

static void copy_words(struct process *to, const struct process *from) {
  to->frame.ebx = from->frame.ebx;
  to->frame.esi = from->frame.esi;
  to->frame.edi = from->frame.edi;
  to->frame.ebp = from->frame.ebp;
}

void rendezvous_take(struct process *client, struct process *server) {
  copy_words(server, client);
  server->frame.eax = process_number(client);
  server->serves = process_number(client);
  server->state = STATE_SERVING;
  server->wait = WAIT_NOTHING;
  client->wait = WAIT_REPLY;
}

void rendezvous_answer(struct process *server) {
  struct process *client = &processes[server->serves];
  copy_words(client, server);
  client->frame.eax = RESULT_OK;
  client->wait = WAIT_NOTHING;
  server->serves = NOBODY;
  region_lease_ends(client);
  dispatch_wanted = true;
}

void rendezvous_goes_on_alone(struct process *server) {
  server->serves = NOBODY;
  if (server->state == STATE_SERVING) {
    job_goes_on(server);
  }
}
