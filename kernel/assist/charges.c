#include "fault_handler.h"

const struct charge charges[NUMBERS] = {
    [NUMBER_MISBEHAVE] = {"misbehave", FAULTS_MISBEHAVE, true},
    [NUMBER_VICTIM] = {"victim", FAULTS_VICTIM, false},
};
