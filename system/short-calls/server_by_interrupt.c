#define BY_INTERRUPT
#include "server.c"
