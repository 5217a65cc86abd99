/* Restarts the attacker where it does not go on; and sees that each of the steady one's messages comes, once and unchanged. */
#include "warden_system.h"

#include "attack.h"
#include "flow_facts.h"

void warden_main(void);

/* No attack is being made when it was looked last: not of this batch. */
enum { NO_ATTACK = ATTACKS + 1 };

enum { BEATS_MAX = 8 };

static volatile uint32_t beats_wrong;

static uint32_t look_at_beats(uint32_t last) {
  uint32_t beat[1];
  uint32_t expected = last;
  BOUNDED_LOOP(BEATS_MAX, while (beats_poll(beat) >= 0)) {
    expected++;
    if (beat[0] != expected) {
      beats_wrong++;
    }
  }
  return expected;
}

void warden_main(void) {
  uint32_t beats = 0;
  const volatile struct attacks *attacks = ATTACKS_SHARED;
  uint32_t before = NO_ATTACK;
  uint32_t batch_before = 0;
  FOREVER {
    uint32_t now = attacks->next;
    uint32_t batch = attacks->batch;
    if (batch == batch_before && now == before && now != 0 && attacks->row[now - 1].answered == 0) {
      attacker_restart();
    }
    before = batch == batch_before ? now : NO_ATTACK;
    batch_before = batch;
    beats = look_at_beats(beats);
    next_period();
  }
}
