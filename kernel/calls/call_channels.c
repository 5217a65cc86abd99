/* send, receive, poll */
#include "call.h"
#include "channels.h"
#include "waits.h"

uint32_t call_send(void) {
  struct process *caller = running;
  int32_t channel = call_object(caller, OBJECT_CHANNEL, RIGHT_SEND);
  if (channel < 0) {
    return call_answer(caller, channel);
  }
  const struct frame *frame = &caller->frame;
  const struct message message = {{frame->WORD_0, frame->WORD_1, frame->WORD_2, frame->WORD_3}};
  uint16_t place = capability_original(process_capabilities(caller), call_slot(caller));
  int32_t result = channel_send((uint8_t)channel, place, process_number(caller), &message);
  return call_answer_and_dispatch(caller, result);
}

uint32_t call_receive(void) {
  struct process *caller = running;
  int32_t channel = call_object(caller, OBJECT_CHANNEL, RIGHT_RECEIVE);
  if (channel < 0) {
    return call_answer(caller, channel);
  }
  if (channel_take((uint8_t)channel, caller).present) {
    return CALL_IS_OVER;
  }
  if (!may_wait(caller)) {
    return call_answer(caller, REFUSED_BUSY);
  }
  wait_begin(caller, WAIT_MESSAGE, (uint8_t)channel, caller->frame.WORD_0);
  return CALL_NEEDS_DISPATCH;
}

uint32_t call_poll(void) {
  struct process *caller = running;
  int32_t channel = call_object(caller, OBJECT_CHANNEL, RIGHT_RECEIVE);
  if (channel < 0) {
    return call_answer(caller, channel);
  }
  if (!channel_take((uint8_t)channel, caller).present) {
    call_answer(caller, REFUSED_EMPTY);
  }
  return CALL_IS_OVER;
}
