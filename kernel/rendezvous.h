/*
 * Calls: a client hands a server a request and waits for the reply, registers to registers. Nothing is queued. A client
 * whose request is not taken yet stays in the ready set; when it is the most urgent and the server waits for calls, the
 * request is handed over, and until the reply the server runs on the client's time (dispatch.c). So the most urgent client
 * is always served next.
 *
 * A server that is SERVING is in no set of its own: it runs on its clients' time only. If its client is gone before the
 * reply, what it has begun comes to an end on the time of whoever needs it next: the next client, or who waits for a lock
 * that it holds.
 */
#ifndef RENDEZVOUS_H
#define RENDEZVOUS_H

#include "process.h"
#include "regions.h"
#include "system_calls.h"

/* Whether the server waits for calls now. */
bool rendezvous_is_open(const struct process *server);

/* The client's request becomes the server's result. The client is WAIT_CALL, the server open. */
void rendezvous_take(struct process *client, struct process *server);

/* The server's reply becomes its client's result. */
void rendezvous_answer(struct process *server);

/* The server has replied and goes on, on its own time. */
void rendezvous_goes_on_alone(struct process *server);

/* The process will not reply: its client gets GONE. */
static inline void rendezvous_drop_client(struct process *process) {
  if (process->serves != NOBODY) {
    struct process *client = &processes[process->serves];
    client->frame.eax = (uint32_t)REFUSED_GONE;
    client->wait = WAIT_NOTHING;
    process->serves = NOBODY;
    region_lease_ends(client);
  }
}

/* The process does not wait for a reply any more. */
static inline void rendezvous_leave_server(const struct process *process) {
  if (process->wait == WAIT_REPLY) {
    processes[process->waits_for].serves = NOBODY;
  }
}

#endif
