#define BY_INTERRUPT
#include "relay.c"
