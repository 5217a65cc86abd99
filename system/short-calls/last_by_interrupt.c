#define BY_INTERRUPT
#include "last.c"
