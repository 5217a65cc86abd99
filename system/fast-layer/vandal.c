/* Tries one thing in each job, of a table that the host has written, and goes on with the next when it is restarted. */
#include "vandal_system.h"

#include "flow_facts.h"
#include "vandalism.h"

void vandal_main(void);

/* The gate, with whatever is in the registers that matter to the processor. */
static uint32_t with_stack_pointer(uint32_t row, uint32_t esp) {
  uint32_t result;
  __asm__ volatile(
      "pushl %%ebp\n\t"
      "movl %%esp, %%ebp\n\t"
      "movl %%ebp, %%ebx\n\t"
      "movl %2, %%esp\n\t"
      "movl %%ebx, %%esi\n\t"
      "lcall %3, $0\n\t"
      "movl %%esi, %%esp\n\t"
      "popl %%ebp"
      : "=a"(result)
      : "0"(row), "r"(esp), "i"(SELECTOR_FAST_LAYER)
      : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");
  return result;
}

static void attempt(uint32_t kind, uint32_t value, volatile uint32_t *answer) {
  uint32_t words[4] = {1, 2, 3, 4};
  switch (kind) {
    case LOAD:
      *answer = *(volatile uint32_t *)value;
      break;
    case STORE:
      *(volatile uint32_t *)value = 0xC3C3C3C3;
      break;
    case JUMP:
      __asm__ volatile("jmp *%0" : : "r"(value) : "memory");
      break;
    case GATE:
      *answer = (uint32_t)fast_layer_call(value, words);
      break;
    case GATE_WITHOUT_STACK:
      *answer = with_stack_pointer(0, value);
      break;
    case GATE_WITHOUT_DATA:
      __asm__ volatile("movl %0, %%ds" : : "r"(value));
      fast_layer_call(0, words);
      break;
    case CALL_LAYERS_CODE:
      __asm__ volatile("lcall $0x39, $0" : : : "memory");
      break;
    case LOAD_LAYERS_DATA:
      __asm__ volatile("movl %0, %%ds" : : "r"(value));
      break;
    default:
      break;
  }
}

void vandal_main(void) {
  volatile struct attempts *attempts = ATTEMPTS;
  FOREVER {
    uint32_t number = attempts->next;
    if (number < ATTEMPTS_MAX && attempts->of[number].kind != NOTHING) {
      attempts->next = number + 1;
      attempt(attempts->of[number].kind, attempts->of[number].value, &attempts->of[number].answer);
      attempts->of[number].survived = 1;
    }
    next_period();
  }
}
