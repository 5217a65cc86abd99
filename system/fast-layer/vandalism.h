/* What the vandal is to try, and what came of it. fast-layer.test.ts is the other side. */
#ifndef VANDALISM_H
#define VANDALISM_H

#include <stdint.h>

enum { ATTEMPTS_MAX = 31 };

enum vandalism {
  NOTHING,
  LOAD,
  STORE,
  JUMP,
  GATE,
  GATE_WITHOUT_STACK,
  GATE_WITHOUT_DATA,
  CALL_LAYERS_CODE,
  LOAD_LAYERS_DATA,
};

struct attempts {
  uint32_t next;
  uint32_t padding[3];
  struct {
    uint32_t kind, value, answer, survived;
  } of[ATTEMPTS_MAX];
};

#endif
