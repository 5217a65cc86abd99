/* Makes one attempt after the other, of a table that the host has written; goes on with the next when it is restarted. */
#include "trespasser_system.h"

#include "flow_facts.h"

void trespasser_main(void);

enum { DONE, LOAD, STORE, FETCH };

/* The next attempt; a bit for each that nothing stopped; then kind and address of each. */
struct attempts {
  uint32_t next, survived;
  struct {
    uint32_t kind, address;
  } of[31];
};

static const uint32_t constant = 7;
static uint32_t variable = 1;

static void attempt(uint32_t kind, uint32_t address) {
  if (kind == LOAD) {
    __asm__ volatile("movl (%0), %%eax" : : "r"(address) : "eax", "memory");
  } else if (kind == STORE) {
    __asm__ volatile("movl $0xC3C3C3C3, (%0)" : : "r"(address) : "memory");
  } else {
    __asm__ volatile("jmp *%0" : : "r"(address) : "memory");
  }
}

void trespasser_main(void) {
  volatile struct attempts *attempts = ATTEMPTS;
  variable += *(const volatile uint32_t *)&constant;
  FOREVER {
    uint32_t number = attempts->next;
    if (attempts->of[number].kind == DONE) {
      next_period();
    }
    attempts->next = number + 1;
    attempt(attempts->of[number].kind, attempts->of[number].address);
    attempts->survived |= (uint32_t)1 << number;
  }
}
