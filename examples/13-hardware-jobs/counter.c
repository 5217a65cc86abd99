#include "counter_system.h"

#include "print.h"

void counter_main(void);

enum { PERIOD = 1250, WITHIN = 32, BEATS_MAX = 256 };

static uint32_t before, beats, in_time;

/* Those of the last period; `before` is the one before them. */
static void look(void) {
  uint32_t beat[1];
  beats = 0;
  in_time = 0;
  BOUNDED_LOOP(BEATS_MAX, while (beats_receive(beat))) {
    uint32_t late = beat[0] - before - PERIOD;
    in_time += late + WITHIN <= 2 * WITHIN;
    before = beat[0];
    beats++;
  }
}

void counter_main(void) {
  next_period();
  look();
  FOREVER {
    next_period();
    look();
    print_decimal(in_time);
    print_text(" of ");
    print_decimal(beats);
    print_text(" beats 1250 cycles apart\n");
  }
}
