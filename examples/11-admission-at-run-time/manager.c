#include "manager_system.h"

#include <stdbool.h>

#include "flow_facts.h"
#include "print.h"

void manager_main(void);

enum { STEPS_MAX = 10000 };

/* The kernel tests, a step for each call, what the build tests of a description. */
static int32_t admission_of(uint32_t slot) {
  int32_t answer = REFUSED_AGAIN;
  BOUNDED_LOOP(STEPS_MAX, while (answer == REFUSED_AGAIN)) {
    answer = system_call(CALL_ADMIT, slot, 0, 0, 0, 0);
  }
  return answer;
}

static void say(const char *name, int32_t answer) {
  print_text(name);
  print_text(answer == RESULT_OK ? " is admitted\n" : answer == REFUSED_BUSY ? " has to wait\n" : " is refused\n");
}

static bool admit(const char *name, uint32_t slot) {
  int32_t answer = admission_of(slot);
  say(name, answer);
  return answer == RESULT_OK;
}

/* Until the period of whoever was stopped is over. */
static void admit_at_last(const char *name, uint32_t slot) {
  int32_t answer = REFUSED_BUSY;
  BOUNDED_LOOP(STEPS_MAX, while (answer == REFUSED_BUSY)) {
    answer = admission_of(slot);
  }
  say(name, answer);
}

void manager_main(void) {
  if (lamp_start() == REFUSED_REFUSED) {
    print_text("nobody starts unasked\n");
  }
  if (admit("lamp", LAMP_SLOT)) {
    lamp_start();
  }
  if (admit("pump", PUMP_SLOT)) {
    pump_start();
  }
  admit("mixer", MIXER_SLOT);
  lamp_stop();
  print_text("lamp is stopped\n");
  admit("mixer", MIXER_SLOT);
  admit_at_last("mixer", MIXER_SLOT);
  mixer_start();
  print_text("all run\n");
  next_period();
}
