/*
 * A direct channel, from a process's side: messages through the mailbox (docs/mailbox.md), without the kernel. What a task's
 * header has for it: words stored into the window, and one access that is the operation, which nothing can divide. Which
 * process it is, the machine knows.
 */
#ifndef DIRECT_CHANNEL_H
#define DIRECT_CHANNEL_H

#include <stdint.h>

#include "mailbox.h"
#include "memory_map.h"
#include "system_call_numbers.h"

/* The answer of a machine without a mailbox: nothing drives the bus. The kernel's call does the same then. */
enum { DIRECT_CHANNEL_ABSENT = -1 };

/* What is stored there is to be sent; what is read there was received. */
static inline volatile uint32_t *direct_channel_window(void) {
  return (volatile uint32_t *)MAILBOX_WINDOW_BASE;
}

/* Negative: it was not done. */
static inline int32_t direct_channel_operation(uint32_t offset) {
  return *(volatile int32_t *)(MAILBOX_BASE + offset);
}

static inline int32_t direct_channel_sender(int32_t answer) {
  return (int32_t)(((uint32_t)answer & MAILBOX_RECEIVE_SENDER_MASK) >> MAILBOX_RECEIVE_SENDER_SHIFT);
}

/* A negative answer in the kernel's words. */
static inline int32_t direct_channel_refusal(int32_t answer) {
  uint32_t status = (uint32_t)answer & MAILBOX_RECEIVE_STATUS_MASK;
  if (status == MAILBOX_RECEIVE_STATUS_EMPTY) {
    return REFUSED_EMPTY;
  }
  if (status == MAILBOX_RECEIVE_STATUS_FULL) {
    return REFUSED_FULL;
  }
  if (status == MAILBOX_RECEIVE_STATUS_NO_CREDIT) {
    return REFUSED_NO_CREDIT;
  }
  return status == MAILBOX_RECEIVE_STATUS_BUSY ? REFUSED_AGAIN : REFUSED_NOT_ALLOWED;
}

#endif
