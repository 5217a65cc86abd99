/* The driver of the serial line, for input: the UART's interrupts come to it as messages, it sends on what has arrived. */
#ifndef UART_DRIVER_H
#define UART_DRIVER_H

#include <stdint.h>

/* Does not return. Slots: the interrupt, the channel of its messages, the channel for what has arrived. */
void uart_drive(uint32_t line, uint32_t interrupts, uint32_t output);

#endif
