#include "call.h"

uint32_t system_call_unknown(void) {
  return call_answer(running, REFUSED_BAD_CALL);
}
