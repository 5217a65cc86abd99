/* The serial line's input, as this system has it. */
#include "uart_driver.h"
#include "uart_system.h"

void uart_main(void);

void uart_main(void) {
  uart_drive(LINE_SLOT, INTERRUPTS_SLOT, INPUT_SLOT);
}
