#include "interrupt_controller.h"

#include "vectors.h"

void interrupt_controller_set_up(void) {
  *apic_register(LOCAL_APIC_TPR) = 0;
  *apic_register(LOCAL_APIC_SVR) = LOCAL_APIC_SVR_ENABLE | VECTOR_SPURIOUS;
}

void interrupt_controller_set_up_timer(void) {
  *apic_register(LOCAL_APIC_DIVIDE) = LOCAL_APIC_DIVIDE_DIVISOR_BY_1;
  *apic_register(LOCAL_APIC_LVT_TIMER) = VECTOR_TIMER;
}
