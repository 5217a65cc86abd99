/*
 * What the debugger looks at in debug.test.ts: a ring-0 program that counts without end and says one line first, while the
 * trace is on.
 */
#include "uart16550.h"
#include "units.h"

void kernel_main(void);
void handle(uint32_t *frame);
void tick(void);

volatile uint32_t counter;
volatile uint32_t double_counter;

static void say(char c) { __asm__ volatile("outb %0, %1" : : "a"(c), "Nd"((uint16_t)UART_PORT_BASE)); }

__attribute__((noinline)) void tick(void) {
  const uint32_t now = counter + 1;
  counter = now;
  double_counter = 2 * now;
}

void kernel_main(void) {
  put(TRACE_BASE + TRACE_CONTROL, TRACE_CONTROL_ENABLE);
  say('o');
  say('n');
  say('\n');
  for (;;) tick();
}

/* Nothing may come. */
void handle(uint32_t *frame) {
  (void)frame;
  __asm__ volatile("hlt");
}
