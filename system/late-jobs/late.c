/* Its first job never ends: it takes letters, and soon its deadline is past. */
#include "late_system.h"

#include "flow_facts.h"

void late_main(void);

static volatile uint32_t taken;

void late_main(void) {
  FOREVER {
    uint32_t letter[1];
    if (letters_receive(0, letter) >= 0) {
      taken++;
    }
  }
}
