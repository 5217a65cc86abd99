/* Asks the kernel for whatever it is told to. Where it does not come back, the warden restarts it, and it goes on behind. */
#include "attacker_system.h"

#include "attack.h"
#include "flow_facts.h"

void attacker_main(void);

static int32_t ask_by_interrupt(uint32_t eax, uint32_t words[4]) {
  int32_t result;
  __asm__ volatile(
      "pushl %%ebp\n\t"
      "movl %%ecx, %%ebp\n\t"
      "int $0x80\n\t"
      "movl %%ebp, %%ecx\n\t"
      "popl %%ebp"
      : "=a"(result), "+b"(words[0]), "+S"(words[1]), "+D"(words[2]), "+c"(words[3])
      : "0"(eax)
      : "edx", "memory", "cc");
  return result;
}

void attacker_main(void) {
  volatile struct attacks *attacks = ATTACKS_SHARED;
  FOREVER {
    uint32_t which = attacks->next;
    if (which >= ATTACKS) {
      continue;
    }
    attacks->next = which + 1;
    volatile struct attack *attack = &attacks->row[which];
    uint32_t words[4] = {attack->words[0], attack->words[1], attack->words[2], attack->words[3]};
    int32_t result = attack->by_interrupt != 0
                         ? ask_by_interrupt(attack->eax, words)
                         : system_call_words(attack->eax & CALL_NUMBER_MASK, attack->eax >> CALL_SLOT_SHIFT, words);
    BOUNDED_LOOP(4, for (uint32_t i = 0; i < 4; i++)) {
      attack->words[i] = words[i];
    }
    attack->result = (uint32_t)result;
    attack->answered = 1;
  }
}
