#include "deferred.h"

#include "bits.h"
#include "faults.h"
#include "jobs.h"

enum { WORD_BITS = 32 };

uint32_t deferred_words;

/* Bit n % 32 of word n / 32: process n has work. */
static uint32_t numbers[PROCESS_COUNT / WORD_BITS];

void deferred_add(struct process *process, uint32_t work) {
  uint32_t number = process_number(process);
  process->deferred |= (uint8_t)work;
  numbers[number / WORD_BITS] |= (uint32_t)1 << number % WORD_BITS;
  deferred_words |= (uint32_t)1 << number / WORD_BITS;
}

static void take_out(uint32_t word, uint32_t bit) {
  numbers[word] &= ~((uint32_t)1 << bit);
  if (numbers[word] == 0) {
    deferred_words &= ~((uint32_t)1 << word);
  }
}

void deferred_do_one(void) {
  uint32_t word = lowest_bit(deferred_words);
  uint32_t bit = lowest_bit(numbers[word]);
  struct process *process = &processes[word * WORD_BITS + bit];
  uint8_t work = process->deferred;
  uint8_t now = work & (uint8_t)-work;
  process->deferred = work & (uint8_t)~now;
  if (now == DEFERRED_LOG) {
    fault_log(process, process->fault_kind);
  } else if (now == DEFERRED_REPORT) {
    fault_report(process);
  } else if (now == DEFERRED_FATE) {
    fault_fate(process);
  } else if (now == DEFERRED_NEXT_JOB) {
    job_next(process);
  }
  /* A report makes the rest the handler's business. */
  if (process->deferred == 0) {
    take_out(word, bit);
  }
}
