/* The driver of the serial line, for input: the UART's interrupts come to it as messages, it sends on what has arrived. */
#ifndef UART_DRIVER_H
#define UART_DRIVER_H

void uart_driver_main(void);

#endif
