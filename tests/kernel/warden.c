/* Restarts the attacker where it does not go on. */
#include "warden_system.h"

#include "attack.h"
#include "flow_facts.h"

void warden_main(void);

void warden_main(void) {
  const volatile struct attacks *attacks = ATTACKS_SHARED;
  uint32_t before = ATTACKS;
  uint32_t batch_before = 0;
  FOREVER {
    uint32_t now = attacks->next;
    uint32_t batch = attacks->batch;
    if (batch == batch_before && now == before && now != 0 && attacks->row[now - 1].answered == 0) {
      attacker_restart();
    }
    before = batch == batch_before ? now : ATTACKS;
    batch_before = batch;
    next_period();
  }
}
