/* Input from the serial line: the UART interrupts, the bytes queue up here, one task reads them. */
#ifndef UART_H
#define UART_H

#include <stdbool.h>
#include <stdint.h>

/* Lets the UART interrupt when bytes have arrived. The boot ROM has set the line up. */
void uart_set_up(void);

/* The UART's interrupt has come: takes all bytes it holds, wakes the task that waits for one. */
void uart_interrupt(void);

/* The oldest byte. If there is none, the running task is the one to wake when one arrives. */
struct uart_input {
  bool present;
  uint8_t byte;
};
struct uart_input uart_take(void);

/* How many bytes at least were lost because the queue or the UART was full, since this was last asked. */
uint32_t uart_take_lost(void);

#endif
