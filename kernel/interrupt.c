/* Everything that interrupts the processor comes through here, from vector_entries.S, with interrupts off. */
#include <stdint.h>

#include "clock.h"
#include "dispatch.h"
#include "exception.h"
#include "flow_facts.h"
#include "frame.h"
#include "interrupt_controller.h"
#include "print.h"
#include "processor.h"
#include "uart.h"
#include "vectors.h"

void interrupt(const struct frame *frame);

/* Printing takes ticks: they are counted meanwhile, as during an exception's report. */
static void report_unhandled(uint32_t vector) {
  interrupt_controller_end();
  dispatch_hold();
  OPERATION_ENDS;
  interrupts_on();
  print_text("\n*** Interrupt ");
  print_hex(vector, 2);
  print_text("h has no handler\n");
  interrupts_off();
  OPERATION_BEGINS("unhandled interrupt, after its report");
  dispatch_release();
}

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
      report_unhandled(frame->vector);
      return;
  }
}
