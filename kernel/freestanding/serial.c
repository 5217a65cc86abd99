#include "serial.h"

#include "flow_facts.h"
#include "memory_map.h"
#include "port_io.h"
#include "uart16550.h"

/* Far more than 16 characters take at any speed in use: at divisor 1 that is 4000 cycles. */
enum { SEND_POLLS_MAX = 65536 };

static uint16_t uart_port(uint16_t offset) {
  return UART_PORT_BASE + offset;
}

void serial_set_up(void) {
  port_write(uart_port(UART16550_IER), 0);
  port_write(uart_port(UART16550_LCR), UART16550_LCR_DLAB | UART16550_LCR_WLS_EIGHT);
  port_write(uart_port(UART16550_DLL), 1);
  port_write(uart_port(UART16550_DLM), 0);
  port_write(uart_port(UART16550_LCR), UART16550_LCR_WLS_EIGHT);
  port_write(uart_port(UART16550_FCR),
             UART16550_FCR_ENABLE | UART16550_FCR_RX_RESET | UART16550_FCR_TX_RESET | UART16550_FCR_RX_TRIGGER_EIGHT);
  port_write(uart_port(UART16550_MCR), UART16550_MCR_DTR | UART16550_MCR_RTS | UART16550_MCR_OUT2);
}

void serial_send(uint8_t byte) {
  BOUNDED_LOOP(SEND_POLLS_MAX, for (uint32_t polls = 0; polls < SEND_POLLS_MAX; polls++)) {
    if ((port_read(uart_port(UART16550_LSR)) & UART16550_LSR_THRE) != 0) {
      port_write(uart_port(UART16550_THR), byte);
      return;
    }
  }
}

struct serial_received serial_receive(void) {
  uint8_t status = port_read(uart_port(UART16550_LSR));
  struct serial_received received = {0, (status & UART16550_LSR_DR) != 0, (status & UART16550_LSR_OE) != 0};
  if (received.present) {
    received.byte = port_read(uart_port(UART16550_RBR));
  }
  return received;
}

void serial_interrupt_on_receive(void) {
  port_write(uart_port(UART16550_IER), UART16550_IER_ERBFI | UART16550_IER_ELSI);
}
