/*
 * The UART's registers as code without interrupts uses them: what the boot ROM needs, and what an exception report may
 * rely on when nothing else can be trusted. The kernel's input queue is uart.h.
 */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdbool.h>
#include <stdint.h>

/* Each direction's FIFO in the UART. */
enum { SERIAL_FIFO_BYTES = 16 };

/* Sets the line to divisor 1, 8 data bits, no parity, 1 stop bit; FIFOs on and empty; interrupts off. */
void serial_set_up(void);

/* Waits until the transmitter can take the byte. A UART that never can loses it: it must not hang the machine. */
void serial_send(uint8_t byte);

/* Takes a received byte if there is one. `overrun`: bytes were lost before this was asked. */
struct serial_received {
  uint8_t byte;
  bool present;
  bool overrun;
};
struct serial_received serial_receive(void);

/* Interrupts as long as a received byte waits. */
void serial_interrupt_on_receive(void);

#endif
