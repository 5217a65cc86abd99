/* admit */
#include "admissions.h"
#include "call.h"

uint32_t call_admit(void) {
  struct process *caller = running;
  struct process_found found = process_find(caller, call_slot(caller), RIGHT_ADMIT);
  return call_answer(caller, found.process == 0 ? found.refusal : admission_ask(found.process));
}
