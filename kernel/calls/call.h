/*
 * System calls, from the kernel's side. Each is a function without parameters: the caller is the running process, its
 * arguments are in its frame, and there go the results. system-calls.ts says what each does.
 */
#ifndef CALL_H
#define CALL_H

#include "dispatch.h"
#include "process.h"
#include "system_calls.h"

/* Of arguments and results. */
#define WORD_0 ebx
#define WORD_1 esi
#define WORD_2 edi
#define WORD_3 ebp

static inline uint32_t call_slot(const struct process *caller) {
  return caller->frame.eax >> CALL_SLOT_SHIFT;
}

/* What a call's function answers: whether dispatch() is due. */
enum { CALL_IS_OVER = 0, CALL_NEEDS_DISPATCH = 1 };

/* The end of a call that leaves everybody as ready as they were: nothing to dispatch. */
static inline uint32_t call_answer(struct process *caller, int32_t result) {
  caller->frame.eax = (uint32_t)result;
  return CALL_IS_OVER;
}

/* The end of one that may have changed that. */
static inline uint32_t call_answer_and_dispatch(struct process *caller, int32_t result) {
  caller->frame.eax = (uint32_t)result;
  return dispatch_wanted;
}

/* The object that the caller's slot names, if it allows that; else a refusal. */
static inline int32_t call_object(const struct process *caller, enum system_object object, uint32_t rights) {
  return capability_check(process_capabilities(caller), call_slot(caller), (uint8_t)object, rights);
}

#endif
