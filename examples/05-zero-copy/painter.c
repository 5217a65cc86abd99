#include "painter_system.h"

#include <stdbool.h>

#include "flow_facts.h"
#include "print.h"
#include "viewing.h"

void painter_main(void);

enum { SMALL, LARGE, TIMES = 3, ALIKE_CYCLES = 100 };

/* The least that lending took: between, others may have had their turn. */
static volatile uint32_t lend_cycles[2] = {UINT32_MAX, UINT32_MAX};

static uint32_t now(void) {
  uint32_t cycles[2];
  time(cycles);
  return cycles[0];
}

static void paint(volatile uint32_t *pixels, uint32_t bytes) {
  BOUNDED_LOOP(PIXELS_MAX, for (uint32_t i = 0; i < bytes / 4; i++)) {
    pixels[i] = i;
  }
}

/* `icon_lend` and `frame_lend` in one, so that both take the same instructions. */
static __attribute__((noinline)) void lend(uint32_t which, uint32_t slot) {
  uint32_t start = now();
  system_call(CALL_LEND, slot, VIEWER_SLOT, VIEWED_SLOT, RIGHT_READ, 0);
  uint32_t cycles = now() - start;
  lend_cycles[which] = cycles < lend_cycles[which] ? cycles : lend_cycles[which];
}

static void ask_viewer(const volatile void *picture, uint32_t bytes) {
  uint32_t answer[4];
  viewer_call((uint32_t)picture, bytes, 0, 0, answer);
  if (answer[0] == 0) {
    print_text("the viewer has nothing to look at\n");
    return;
  }
  print_text("the viewer sees ");
  print_decimal(answer[1]);
  print_text(" pixels, the last one ");
  print_decimal(answer[2]);
  print_character('\n');
}

static void print_as(const char *what, bool holds) {
  print_text(what);
  print_text(holds ? "yes\n" : "no\n");
}

void painter_main(void) {
  paint(ICON, ICON_BYTES);
  paint(FRAME, FRAME_BYTES);
  BOUNDED_LOOP(TIMES, for (uint32_t i = 0; i < TIMES; i++)) {
    lend(SMALL, ICON_SLOT);
    ask_viewer(ICON, ICON_BYTES);
    lend(LARGE, FRAME_SLOT);
    ask_viewer(FRAME, FRAME_BYTES);
  }
  print_as("8192 bytes were lent as quickly as 64: ", lend_cycles[LARGE] < lend_cycles[SMALL] + ALIKE_CYCLES);
  ask_viewer(FRAME, FRAME_BYTES);
  print_text("the frame is the viewer's now\n");
  frame_grant(VIEWER_SLOT, VIEWED_SLOT, RIGHT_READ);
  ask_viewer(FRAME, FRAME_BYTES);
  print_as("the painter still has it: ", frame_lend(VIEWER_SLOT, VIEWED_SLOT, RIGHT_READ) == RESULT_OK);
  next_period();
}
