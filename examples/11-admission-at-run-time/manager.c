#include "manager_system.h"

#include <stdbool.h>

#include "admission.h"
#include "flow_facts.h"
#include "print.h"

void manager_main(void);

enum { TASKS_MAX = ADMITTED_AT_BOOT_COUNT + 3 };

/* Those whose deadlines are kept, the shortest first. */
static struct admission_task admitted[TASKS_MAX];
static uint32_t count;

static void insert(struct admission_task task) {
  uint32_t at = count;
  BOUNDED_LOOP(TASKS_MAX, while (at > 0 && admitted[at - 1].deadline > task.deadline)) {
    admitted[at] = admitted[at - 1];
    at--;
  }
  admitted[at] = task;
  count++;
}

static void take_out(struct admission_task task) {
  uint32_t at = 0;
  BOUNDED_LOOP(TASKS_MAX, while (admitted[at].deadline != task.deadline)) {
    at++;
  }
  count--;
  BOUNDED_LOOP(TASKS_MAX, while (at < count)) {
    admitted[at] = admitted[at + 1];
    at++;
  }
}

/* The same test that the build makes of the description. */
static bool admit(const char *name, struct admission_task task) {
  insert(task);
  const struct admission_set set = {.tasks = admitted, .count = count, .interfering = 0, .supply = 0};
  bool fits = admission_edf(&set) == ADMITTED;
  if (!fits) {
    take_out(task);
  }
  print_text(name);
  print_text(fits ? " is admitted\n" : " is refused\n");
  return fits;
}

void manager_main(void) {
  BOUNDED_LOOP(TASKS_MAX, for (uint32_t i = 0; i < ADMITTED_AT_BOOT_COUNT; i++)) {
    insert(ADMITTED_AT_BOOT[i]);
  }
  if (admit("lamp", LAMP_ADMISSION)) {
    lamp_start();
  }
  if (admit("pump", PUMP_ADMISSION)) {
    pump_start();
  }
  if (admit("mixer", MIXER_ADMISSION)) {
    mixer_start();
  }
  lamp_stop();
  take_out(LAMP_ADMISSION);
  print_text("lamp is stopped\n");
  if (admit("mixer", MIXER_ADMISSION)) {
    mixer_start();
  }
  print_text("all run\n");
  next_period();
}
