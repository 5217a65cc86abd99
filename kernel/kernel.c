/*
 * The AtomicOS kernel. What it holds to:
 *
 *  1. Everything is static. Processes, channels, capabilities and their places are fixed when the system is built
 *     (system_tables.h); nothing is allocated, so nothing can run out.
 *  2. Every loop is bounded and says by what (flow_facts.h). There is no recursion, and no call through a pointer but the one
 *     that finds a system call's function.
 *  3. The kernel runs with interrupts off, from an entry to its end, on one stack that is empty at each entry. It is never
 *     interrupted and never waits, so no data of its needs a lock, and its time is its instructions' (docs/wcet.md). Hardware
 *     jobs may come between any two of those; they touch nothing of it (hardware_jobs.h).
 *  4. Policy and mechanism are apart: the scheduler says who is most urgent (ready_set.h), dispatch.c who runs for that one.
 *  5. A process names what it uses by slots of its own capability table (capability.h), and gives words in registers. The
 *     kernel reads and writes no memory of a process's, so no pointer can lead it astray.
 *  6. What fails says so: a refused call by its result, a process's fault by a message to its handler and an entry of the
 *     log; a claim of the kernel's own that does not hold halts the machine.
 *
 * The way of an entry: vector_entries.S stores the registers in the running process's row; a function in calls/, faults.c
 * or interrupts.c does what was asked; if that may change who should run, dispatch(); vector_entries.S loads the registers
 * of whoever runs.
 */
#include "alarms.h"
#include "channels.h"
#include "clock.h"
#include "direct_channels.h"
#include "dispatch.h"
#include "fast_layer.h"
#include "faults.h"
#include "flow_facts.h"
#include "gates.h"
#include "hardware_jobs.h"
#include "hardware_task.h"
#include "interrupt_controller.h"
#include "interrupts.h"
#include "jobs.h"
#include "locks.h"
#include "print.h"
#include "protection.h"
#include "ready_set.h"
#include "regions.h"
#include "segments.h"
#include "task_state.h"
#include "tracing.h"
#include "windows.h"

void kernel_main(void);

static void start_processes(void) {
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    if ((system_tasks[row].flags & TASK_STARTS_AT_BOOT) != 0) {
      struct process *process = &processes[system_tasks[row].number];
      process_prepare(process);
      job_first(process);
    }
  }
}

/* Returns into vector_entries.S, which goes on with the most urgent process. */
void kernel_main(void) {
  print_text("AtomicOS kernel " ATOMICOS_VERSION ": ");
  print_decimal(SYSTEM_TASKS);
  print_text(SYSTEM_TASKS == 1 ? " task, a turn among equals is " : " tasks, a turn among equals is ");
  print_decimal(TURN_CYCLES);
  print_text(" cycles\n");
  segments_set_up();
  gates_set_up();
  task_state_set_up();
  hardware_tasks_set_up();
  interrupt_controller_set_up();
  clock_set_up();
  scheduler_set_up();
  alarms_set_up();
  processes_set_up();
  capabilities_set_up();
  regions_set_up();
  channels_set_up();
  if (SYSTEM_DIRECT_CHANNELS != 0) {
    direct_channels_set_up();
  }
  if (SYSTEM_LAYER_CLIENTS != 0) {
    fast_layer_set_up();
  }
  locks_set_up();
  faults_set_up();
  interrupts_set_up();
  dispatch_set_up();
  windows_set_up();
  if (SYSTEM_TRACE_KINDS != 0) {
    tracing_set_up();
  }
  protection_set_up();
  if (HAS_HARDWARE_JOBS) {
    hardware_jobs_set_up();
  }
  start_processes();
}
