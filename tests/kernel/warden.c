/* Restarts the attacker where it does not go on. */
#include "warden_system.h"

#include "attack.h"
#include "flow_facts.h"

void warden_main(void);

void warden_main(void) {
  const volatile struct attacks *attacks = ATTACKS_SHARED;
  uint32_t before = ATTACKS;
  FOREVER {
    uint32_t now = attacks->next;
    if (now == before && now != 0 && attacks->row[now - 1].answered == 0) {
      attacker_restart();
    }
    before = now;
    next_period();
  }
}
