/* The I/O instructions. Ports are 16 bits wide; the address space of ports is not the one of memory. */
#ifndef PORT_IO_H
#define PORT_IO_H

#include <stdint.h>

static inline uint8_t port_read(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port));
  return value;
}

static inline void port_write(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port));
}

#endif
