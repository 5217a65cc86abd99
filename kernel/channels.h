/*
 * Channels: bounded queues of messages of up to four words. Sending never waits, and its time does not depend on what
 * others do.
 *
 * The interface is that of the mailbox; channels.c keeps the queues in memory. Each sender has a credit, the number of
 * messages that it may have in the channel: it belongs to the sender's capability, and copies of that share it.
 */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "process.h"

/* What the mailbox has room for in each channel. */
enum { CHANNEL_MESSAGES_MAX = 16 };

/* Not a capability's place: what the kernel itself sends needs no credit. */
enum { NO_CREDIT_NEEDED = 0xFFFF };

struct message {
  uint32_t words[4];
};

struct message_taken {
  bool present;
  uint8_t sender;
};

void channels_set_up(void);

/* 0, or a refusal. `place`: the sender's credit is kept there; `sender`: who the receiver is told. */
int32_t channel_send(uint8_t channel, uint16_t place, uint8_t sender, const struct message *message);

/* The oldest message into the process's result words; its sender's number in EAX. */
struct message_taken channel_take(uint8_t channel, struct process *receiver);

#endif
