/* The serial line's driver, and a handler of faults that looks after nobody: the conductor hears of them. */
#include "fault_handler.h"
#include "numbers.h"
#include "trial.h"
#include "uart_driver.h"

void uart_driver_main(void) {
  uart_drive(UART_LINE, UART_INTERRUPTS, UART_OUTPUT);
}

void fault_handler_main(void) {
  fault_handle(FAULTS_CHANNEL, 0, 0);
}
