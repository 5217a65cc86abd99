/*
 * The AtomicOS kernel. What it holds to:
 *
 *  1. Everything is static. The tasks, their stacks and their priorities are fixed when the system is built; nothing
 *     is allocated, so nothing can run out.
 *  2. Every loop is bounded and says by what (flow_facts.h). There is no recursion, and no call through a pointer.
 *  3. Kernel code runs with interrupts off, from its entry to its end, and is short; tasks run with interrupts on. The
 *     interrupt flag therefore says whose code an exception stopped, and no kernel data needs a lock.
 *  4. Policy and mechanism are apart: the scheduler says who is best (scheduler.h), dispatch.c carries it out. The
 *     hardware scheduler takes the place of the first, the context banks of the second.
 *  5. Tasks know calls.h and nothing else of the kernel.
 *  6. What fails says so. An exception is reported in full; a claim of the kernel's that does not hold halts the
 *     machine; lost input is counted.
 *
 * Today everything, tasks included, runs in ring 0 without protection. docs/kernel.md says what follows from that.
 */
#include "clock.h"
#include "dispatch.h"
#include "flow_facts.h"
#include "gates.h"
#include "interrupt_controller.h"
#include "print.h"
#include "processor.h"
#include "programs.h"
#include "segments.h"
#include "task.h"
#include "uart.h"

_Noreturn void kernel_main(void);

void kernel_main(void) {
  segments_set_up();
  gates_set_up();
  print_text("AtomicOS kernel " ATOMICOS_VERSION ": ");
  print_decimal(TASK_COUNT);
  print_text(" tasks, a tick every ");
  print_decimal(TICK_CYCLES);
  print_text(" cycles\n");
  interrupt_controller_set_up();
  uart_set_up();
  clock_start();
  dispatch_set_up();
  tasks_set_up();
  dispatch();
  OPERATION_ENDS;
  interrupts_on();
  FOREVER {
    wait_for_interrupt();
  }
}
