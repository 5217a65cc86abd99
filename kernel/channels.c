#include "channels.h"

#include "at_boot.h"
#include "dispatch.h"
#include "flow_facts.h"
#include "jobs.h"
#include "system_calls.h"
#include "waits.h"

struct entry {
  struct message message;
  uint16_t credit_place;
  uint8_t sender;
};

struct channel {
  struct entry entries[CHANNEL_MESSAGES_MAX];
  /* Run through 2^8: the queue holds those from `taken` up to `put`. */
  uint8_t put, taken;
  uint8_t depth;
  uint8_t receiver;
};

static struct channel channels[SYSTEM_CHANNELS + 1];

/* How many messages more may be sent by a capability, by its place in the pool. */
static uint8_t credits[SYSTEM_CAPABILITY_SLOTS];

/* Of one task in one channel. */
AT_BOOT static uint8_t credit_of(uint8_t number, const struct system_channel *channel) {
  BOUNDED_LOOP(SYSTEM_SENDERS, for (uint32_t i = 0; i < channel->senders; i++)) {
    const struct system_sender *sender = &system_senders[channel->senders_first + i];
    if (sender->task == number) {
      return sender->credit;
    }
  }
  return 0;
}

AT_BOOT static void give_credits(const struct system_task *task) {
  BOUNDED_LOOP(SYSTEM_TASK_SLOTS_MAX, for (uint32_t slot = 0; slot < task->capabilities; slot++)) {
    const struct system_capability *given = &system_capabilities[task->capabilities_first + slot];
    if (given->object == OBJECT_CHANNEL && (given->rights & RIGHT_SEND) != 0) {
      credits[task->slots_first + slot] = credit_of(task->number, &system_channels[given->index]);
    }
  }
}

AT_BOOT void channels_set_up(void) {
  BOUNDED_LOOP(SYSTEM_CHANNELS + 1, for (uint32_t index = 0; index < SYSTEM_COUNT(SYSTEM_CHANNELS); index++)) {
    channels[index].depth = system_channels[index].depth;
    channels[index].receiver = system_channels[index].receiver;
  }
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    give_credits(&system_tasks[row]);
  }
}

static void copy(struct message *to, const struct message *from) {
  to->words[0] = from->words[0];
  to->words[1] = from->words[1];
  to->words[2] = from->words[2];
  to->words[3] = from->words[3];
}

static bool is_waited_for(uint8_t index, const struct process *receiver) {
  return receiver->state == STATE_WAITING && receiver->wait == WAIT_MESSAGE && receiver->waits_for == index;
}

/* Straight into the registers of a receiver that waits: the queue is empty then. */
static void hand_over(struct process *receiver, uint8_t sender, const struct message *message) {
  receiver->frame.ebx = message->words[0];
  receiver->frame.esi = message->words[1];
  receiver->frame.edi = message->words[2];
  receiver->frame.ebp = message->words[3];
  wait_end(receiver, sender);
}

static int32_t enqueue(struct channel *channel, uint16_t place, uint8_t sender, const struct message *message) {
  if ((uint8_t)(channel->put - channel->taken) >= channel->depth) {
    return REFUSED_FULL;
  }
  if (place != NO_CREDIT_NEEDED) {
    if (credits[place] == 0) {
      return REFUSED_NO_CREDIT;
    }
    credits[place]--;
  }
  struct entry *entry = &channel->entries[channel->put % CHANNEL_MESSAGES_MAX];
  channel->put++;
  copy(&entry->message, message);
  entry->credit_place = place;
  entry->sender = sender;
  return RESULT_OK;
}

int32_t channel_send(uint8_t index, uint16_t place, uint8_t sender, const struct message *message) {
  struct channel *channel = &channels[index];
  struct process *receiver = &processes[channel->receiver];
  if (is_waited_for(index, receiver)) {
    hand_over(receiver, sender, message);
    return RESULT_OK;
  }
  int32_t result = enqueue(channel, place, sender, message);
  if (result == RESULT_OK && (receiver->task->flags & TASK_SPORADIC) != 0) {
    job_request(receiver);
  }
  return result;
}

struct message_taken channel_take(uint8_t index, struct process *receiver) {
  struct channel *channel = &channels[index];
  if (channel->put == channel->taken) {
    return (struct message_taken){.present = false};
  }
  const struct entry *entry = &channel->entries[channel->taken % CHANNEL_MESSAGES_MAX];
  channel->taken++;
  receiver->frame.ebx = entry->message.words[0];
  receiver->frame.esi = entry->message.words[1];
  receiver->frame.edi = entry->message.words[2];
  receiver->frame.ebp = entry->message.words[3];
  receiver->frame.eax = entry->sender;
  if (entry->credit_place != NO_CREDIT_NEEDED) {
    credits[entry->credit_place]++;
  }
  return (struct message_taken){.present = true, .sender = entry->sender};
}
