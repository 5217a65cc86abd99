/* The serial line's driver and the handler of faults; misbehave is restarted, the victim is not. */
#include "fault_handler.h"
#include "misbehave.h"
#include "numbers.h"
#include "uart_driver.h"

void uart_driver_main(void) {
  uart_drive(UART_LINE, UART_INTERRUPTS, UART_OUTPUT);
}

void fault_handler_main(void) {
  static const struct charge charges[] = {
      {"misbehave", NUMBER_MISBEHAVE, FAULTS_MISBEHAVE, true},
      {"victim", NUMBER_VICTIM, FAULTS_VICTIM, false},
  };
  fault_handle(FAULTS_CHANNEL, charges, sizeof charges / sizeof charges[0]);
}
