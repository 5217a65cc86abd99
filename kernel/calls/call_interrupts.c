/* acknowledge */
#include "call.h"
#include "interrupts.h"

uint32_t call_acknowledge(void) {
  struct process *caller = running;
  int32_t interrupt = call_object(caller, OBJECT_INTERRUPT, RIGHT_HANDLE);
  if (interrupt >= 0) {
    interrupt_acknowledge((uint16_t)interrupt);
    interrupt = RESULT_OK;
  }
  return call_answer(caller, interrupt);
}
