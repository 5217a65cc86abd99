#define BY_INTERRUPT
#include "urgent.c"
