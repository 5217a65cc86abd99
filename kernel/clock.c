#include "clock.h"

#include "interrupt_controller.h"

void clock_set_up(void) {
  interrupt_controller_set_up_timer();
}

void clock_interrupt_after(uint32_t cycles) {
  interrupt_controller_start_timer(cycles);
}

bool clock_is_over(void) {
  return interrupt_controller_timer_is_over();
}
