/* What the host asks of the attacker, and what came of it: words of shared memory. campaign.ts is the other side. */
#ifndef ATTACK_H
#define ATTACK_H

#include <stdint.h>

enum { ATTACKS = 64 };

/* Astray: with any stack pointer, by SYSENTER also to any place when it is over. */
enum attack_way {
  BY_SYSENTER,
  BY_INTERRUPT,
  BY_LOAD_FROM_MAILBOX,
  BY_STORE_TO_MAILBOX,
  BY_SYSENTER_ASTRAY,
  BY_INTERRUPT_ASTRAY,
  BY_GATE_ASTRAY,
};

struct attack {
  uint32_t way; /* enum attack_way */
  uint32_t eax;
  uint32_t words[4]; /* given, and then taken. At the mailbox: where, and what is stored there */
  uint32_t answered;
  uint32_t result;
  uint32_t stack_pointer, place; /* of what goes astray */
};

struct attacks {
  uint32_t next; /* the attack that comes, or ATTACKS: all are done. It is counted before it is tried */
  uint32_t batch; /* so that the same number in another batch is another attack */
  uint32_t padding[6];
  struct attack row[ATTACKS];
};

#endif
