/* Everything that interrupts the processor comes through here, from vector_entries.S, with interrupts off. */
#include <stdint.h>

#include "clock.h"
#include "dispatch.h"
#include "exception.h"
#include "frame.h"
#include "interrupt_controller.h"
#include "print.h"
#include "uart.h"
#include "vectors.h"

void interrupt(const struct frame *frame);

void interrupt(const struct frame *frame) {
  if (frame->vector < VECTOR_EXCEPTIONS_END) {
    exception(frame);
  }
  switch (frame->vector) {
    case VECTOR_TIMER:
      clock_tick();
      interrupt_controller_end();
      dispatch_tick();
      return;
    case VECTOR_UART:
      uart_interrupt();
      interrupt_controller_end();
      dispatch();
      return;
    case VECTOR_SPURIOUS:
      /* The local APIC took its request back; it expects no answer. */
      return;
    default:
      print_text("\n*** Interrupt ");
      print_hex(frame->vector, 2);
      print_text("h has no handler\n");
      interrupt_controller_end();
      return;
  }
}
