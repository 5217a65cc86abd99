/* Whose faults are handled; the console is restarted: whoever types `crash` gets the prompt back. */
#include "fault_handler.h"

const struct charge charges[NUMBERS] = {
    [NUMBER_CONSOLE] = {"console", FAULTS_CONSOLE, true},
    [NUMBER_COUNT_A] = {"count-a", FAULTS_COUNT_A, false},
    [NUMBER_COUNT_B] = {"count-b", FAULTS_COUNT_B, false},
};
