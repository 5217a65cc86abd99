/* log, read_log */
#include "call.h"
#include "log.h"

uint32_t call_log(void) {
  struct process *caller = running;
  int32_t result = call_object(caller, OBJECT_LOG, RIGHT_WRITE_LOG);
  if (result >= 0) {
    const struct frame *frame = &caller->frame;
    const struct message message = {{frame->WORD_0, frame->WORD_1, frame->WORD_2, frame->WORD_3}};
    log_write(process_number(caller), &message);
    result = RESULT_OK;
  }
  return call_answer(caller, result);
}

/* Even numbers: when and who; odd ones: what. */
static int32_t read(struct frame *answer, uint32_t half) {
  const struct log_entry *entry = log_entry(half / 2);
  if (entry == 0) {
    return half / 2 < log_count() ? REFUSED_GONE : REFUSED_EMPTY;
  }
  if (half % 2 == 0) {
    answer->WORD_0 = (uint32_t)entry->time;
    answer->WORD_1 = (uint32_t)(entry->time >> 32);
    answer->WORD_2 = entry->who;
    answer->WORD_3 = 0;
  } else {
    answer->WORD_0 = entry->what.words[0];
    answer->WORD_1 = entry->what.words[1];
    answer->WORD_2 = entry->what.words[2];
    answer->WORD_3 = entry->what.words[3];
  }
  return RESULT_OK;
}

uint32_t call_read_log(void) {
  struct process *caller = running;
  int32_t result = call_object(caller, OBJECT_LOG, RIGHT_READ_LOG);
  return call_answer(caller, result < 0 ? result : read(&caller->frame, caller->frame.WORD_0));
}
