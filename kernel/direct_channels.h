/*
 * Direct channels: those of the description that are the mailbox's. Messages go through them from ring 3, without the kernel,
 * which only says at boot who may; the mailbox looks that up by the number of the running process (include/direct_channel.h
 * is the processes' side).
 *
 * A capability of one says nothing to the kernel's own calls. It cannot be copied; who discards it loses the right in the
 * mailbox. Nobody is told of a message, so nobody can wait for one here: the mailbox knows of no receiver to be woken.
 *
 * Where no mailbox answers, the same capabilities are to channels of the kernel's (channels.h). Systems without direct channels
 * are linked without this.
 */
#ifndef DIRECT_CHANNELS_H
#define DIRECT_CHANNELS_H

#include <stdbool.h>

#include "mailbox.h"
#include "memory_map.h"
#include "process.h"

/* The mailbox holds them: it is there, and the system has any. */
extern bool direct_channels_open;

static inline bool direct_channels_are_there(void) {
  return SYSTEM_DIRECT_CHANNELS != 0 && direct_channels_open;
}

/* Needs the capabilities and the hardware's numbers. Only where the system has any. */
void direct_channels_set_up(void);

/*
 * The process is made anew: it gets the rights that its description gives it, as it just got its capabilities, and the words
 * that another had under its number, received or not sent yet, are gone.
 */
void direct_channels_open_to(const struct process *process);
static inline void direct_channels_give(const struct process *process) {
  if (direct_channels_are_there()) {
    direct_channels_open_to(process);
  }
}

/* Of a slot that is about to be emptied: if it holds one, the process's right in the mailbox goes. */
void direct_channel_take(const struct process *process, uint32_t slot);
static inline void direct_channel_is_discarded(const struct process *process, uint32_t slot) {
  if (direct_channels_are_there()) {
    direct_channel_take(process, slot);
  }
}

static inline volatile uint32_t *direct_channels_register(uint32_t offset) {
  return (volatile uint32_t *)(MAILBOX_BASE + offset);
}

#endif
