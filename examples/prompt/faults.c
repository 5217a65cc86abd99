/* Whose faults are handled; the console is restarted: whoever types `crash` gets the prompt back. */
#include "fault_handler.h"
#include "faults_system.h"

void faults_main(void);

static const struct charge charges[] = {
    {"console", CONSOLE_NUMBER, CONSOLE_SLOT, true},
    {"count-a", COUNT_A_NUMBER, COUNT_A_SLOT, false},
    {"count-b", COUNT_B_NUMBER, COUNT_B_SLOT, false},
};

void faults_main(void) {
  fault_handle(FAULTS_SLOT, charges, sizeof charges / sizeof charges[0]);
}
