#include "rendezvous.h"

#include "dispatch.h"
#include "jobs.h"
#include "regions.h"
#include "system_calls.h"

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
