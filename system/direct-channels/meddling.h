/* What came of the meddler's attempts, for the host: words of a region. */
#ifndef MEDDLING_H
#define MEDDLING_H

#include <stdint.h>

enum { OWN_WORD = 42 };

/* As direct-channels.test.ts has it. */
struct life {
  uint32_t window_at_first;
  int32_t unstaged, poll_unstaged;
  uint32_t unstaged_word;
  int32_t others_commit, others_receive, others_poll, others_discard;
  int32_t others_after_all, wait;
  int32_t send, poll;
  uint32_t word;
  int32_t poll_empty, kernels_send, discard, send_discarded, poll_discarded;
};

struct lives {
  uint32_t begun, ended;
  struct life life[2];
};

#endif
