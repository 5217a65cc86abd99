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

/*
 * Takes a received byte if there is one. `overrun`: one byte or more was lost in the UART. The UART forgets that as soon
 * as the line status is read, which serial_send does too: a byte lost in the very cycles of such a read goes unnoticed.
 */
struct serial_received {
  uint8_t byte;
  bool present;
  bool overrun;
};
struct serial_received serial_receive(void);

/* Interrupts when half a FIFO of bytes waits, or fewer for four characters' time, or when one was lost. */
void serial_interrupt_on_receive(void);

#endif
