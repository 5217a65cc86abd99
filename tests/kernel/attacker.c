/* Asks the kernel, the mailbox, or the fast IPC layer for whatever it is told to. Where it does not come back, the warden restarts it, and it goes on behind. */
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

/* No register is free for them. */
uint32_t own_stack_pointer, astray_stack_pointer, astray_place;

#define ASK_ASTRAY(instruction)                                                                   \
  __asm__ volatile(                                                                               \
      "pushl %%ebp\n\t"                                                                           \
      "movl %%ecx, %%ebp\n\t"                                                                     \
      "movl %%esp, own_stack_pointer\n\t"                                                         \
      "movl astray_stack_pointer, %%esp\n\t" instruction "\n\t"                                   \
      "movl own_stack_pointer, %%esp\n\t"                                                         \
      "movl %%ebp, %%ecx\n\t"                                                                     \
      "popl %%ebp"                                                                                \
      : "=a"(result), "+b"(words[0]), "+S"(words[1]), "+D"(words[2]), "+c"(words[3])              \
      : "0"(eax), "i"(SELECTOR_FAST_LAYER)                                                        \
      : "edx", "memory", "cc")

static int32_t ask_by_interrupt_astray(uint32_t eax, uint32_t words[4]) {
  int32_t result;
  ASK_ASTRAY("int $0x80");
  return result;
}

static int32_t ask_by_gate_astray(uint32_t eax, uint32_t words[4]) {
  int32_t result;
  ASK_ASTRAY("lcall %6, $0");
  return result;
}

/* Does not come back, unless it comes where it is sent. */
static int32_t ask_by_sysenter_astray(uint32_t eax, const uint32_t words[4]) {
  __asm__ volatile(
      "movl astray_stack_pointer, %%ecx\n\t"
      "movl astray_place, %%edx\n\t"
      "sysenter"
      :
      : "a"(eax), "b"(words[0]), "S"(words[1]), "D"(words[2])
      : "ecx", "edx", "memory", "cc");
  return RESULT_OK;
}

static int32_t try(uint32_t way, uint32_t eax, uint32_t words[4]) {
  switch (way) {
    case BY_SYSENTER_ASTRAY:
      return ask_by_sysenter_astray(eax, words);
    case BY_INTERRUPT_ASTRAY:
      return ask_by_interrupt_astray(eax, words);
    case BY_GATE_ASTRAY:
      return ask_by_gate_astray(eax, words);
    case BY_LOAD_FROM_MAILBOX:
      return direct_channel_operation(words[0]);
    case BY_STORE_TO_MAILBOX:
      *(volatile uint32_t *)(MAILBOX_BASE + words[0]) = words[1];
      return RESULT_OK;
    case BY_INTERRUPT:
      return ask_by_interrupt(eax, words);
    default:
      return system_call_words(eax & CALL_NUMBER_MASK, eax >> CALL_SLOT_SHIFT, words);
  }
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
    astray_stack_pointer = attack->stack_pointer;
    astray_place = attack->place;
    int32_t result = try(attack->way, attack->eax, words);
    BOUNDED_LOOP(4, for (uint32_t i = 0; i < 4; i++)) {
      attack->words[i] = words[i];
    }
    attack->result = (uint32_t)result;
    attack->answered = 1;
  }
}
