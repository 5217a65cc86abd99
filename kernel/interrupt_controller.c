#include "interrupt_controller.h"

#include "local_apic.h"
#include "memory_map.h"
#include "vectors.h"

static volatile uint32_t *apic_register(uint32_t offset) {
  return (volatile uint32_t *)(LOCAL_APIC_BASE + offset);
}

void interrupt_controller_set_up(void) {
  *apic_register(LOCAL_APIC_TPR) = 0;
  *apic_register(LOCAL_APIC_SVR) = LOCAL_APIC_SVR_ENABLE | VECTOR_SPURIOUS;
}

void interrupt_controller_end(void) {
  *apic_register(LOCAL_APIC_EOI) = 0;
}

void interrupt_controller_set_up_timer(void) {
  *apic_register(LOCAL_APIC_DIVIDE) = LOCAL_APIC_DIVIDE_DIVISOR_BY_1;
  *apic_register(LOCAL_APIC_LVT_TIMER) = VECTOR_TIMER;
}

void interrupt_controller_start_timer(uint32_t cycles) {
  *apic_register(LOCAL_APIC_INITIAL_COUNT) = cycles;
}

bool interrupt_controller_timer_is_over(void) {
  return *apic_register(LOCAL_APIC_CURRENT_COUNT) == 0;
}
