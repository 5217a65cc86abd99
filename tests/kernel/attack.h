/* What the host asks of the attacker, and what came of it: words of shared memory. campaign.ts is the other side. */
#ifndef ATTACK_H
#define ATTACK_H

#include <stdint.h>

enum { ATTACKS = 64 };

struct attack {
  uint32_t by_interrupt; /* INT 80h in place of SYSENTER */
  uint32_t eax;
  uint32_t words[4]; /* given, and then taken */
  uint32_t answered;
  uint32_t result;
};

struct attacks {
  uint32_t next; /* the attack that comes, or ATTACKS: all are done. It is counted before it is tried */
  uint32_t batch; /* so that the same number in another batch is another attack */
  uint32_t padding[6];
  struct attack row[ATTACKS];
};

#endif
