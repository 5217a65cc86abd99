#include "echo_system.h"

#include "flow_facts.h"
#include "print.h"
#include "serial.h"

void echo_main(void);

static void show(uint8_t byte) {
  if (byte == '!') {
    __builtin_trap();
  }
  print_character(byte == '\r' ? '\n' : (char)byte);
}

static void show_all(void) {
  BOUNDED_LOOP(SERIAL_FIFO_BYTES, for (uint32_t i = 0; i < SERIAL_FIFO_BYTES; i++)) {
    struct serial_received received = serial_receive();
    if (!received.present) {
      return;
    }
    show(received.byte);
  }
}

/* Whatever the last life left behind, the line is heard again. */
void echo_main(void) {
  print_text("echo: type, and ! crashes me\n");
  serial_interrupt_on_receive();
  line_acknowledge();
  FOREVER {
    uint32_t interrupt[4];
    arrived_receive(0, interrupt);
    show_all();
    line_acknowledge();
  }
}
