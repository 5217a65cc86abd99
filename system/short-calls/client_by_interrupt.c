#define BY_INTERRUPT
#include "client.c"
