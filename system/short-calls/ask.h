/*
 * System calls by SYSENTER, or, in a source that defines BY_INTERRUPT, by INT, which no short way begins at; and what a task
 * notes of their answers.
 */
#ifndef ASK_H
#define ASK_H

#include "system_call.h"
#include "vectors.h"

static inline int32_t ask(uint32_t number, uint32_t slot, uint32_t words[4]) {
#ifdef BY_INTERRUPT
  int32_t result;
  __asm__ volatile(
      "pushl %%ebp\n\t"
      "movl %%ecx, %%ebp\n\t"
      "int %[vector]\n\t"
      "movl %%ebp, %%ecx\n\t"
      "popl %%ebp"
      : "=a"(result), "+b"(words[0]), "+S"(words[1]), "+D"(words[2]), "+c"(words[3])
      : "0"(number | slot << CALL_SLOT_SHIFT), [vector] "i"(VECTOR_SYSTEM_CALL)
      : "edx", "memory", "cc");
  return result;
#else
  return system_call_words(number, slot, words);
#endif
}

static inline int32_t ask_with(uint32_t number, uint32_t slot, uint32_t a, uint32_t b, uint32_t c) {
  uint32_t words[4] = {a, b, c, 0};
  return ask(number, slot, words);
}

enum { NOTED_MAX = 2048 };
static volatile int32_t noted[NOTED_MAX];
static volatile uint32_t notes;

static inline void note(int32_t value) {
  noted[notes % NOTED_MAX] = value;
  notes++;
}

static inline void note_answer(int32_t result, const uint32_t words[4]) {
  note(result);
  note((int32_t)words[0]);
  note((int32_t)words[1]);
  note((int32_t)words[2]);
  note((int32_t)words[3]);
}

/* What a request asks of the server, in the lowest bits of its first word; above them is anything. */
enum { REQUEST_NOTHING, REQUEST_BACKEND, REQUEST_WAKE, REQUEST_DESCRIBE, REQUEST_LOCK, REQUESTS = 8 };

/* As the second word: the server's relays all ask the next one, which is farther than waiting may go. */
enum { DEEP = 1000 };

/* The server's slot where the client puts what it lends. */
enum { SERVER_SPARE_SLOT = 3 };

/* Notifications: of the urgent task, what it is to do; of the server. */
enum { URGENT_CALLS = 1, URGENT_NOTIFIES = 2, SERVER_IS_NOTIFIED = 1 };

#endif
