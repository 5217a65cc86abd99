#include "interrupts.h"

#include "at_boot.h"
#include "channels.h"
#include "clock.h"
#include "dispatch.h"
#include "flow_facts.h"
#include "hardware_jobs.h"
#include "interrupt_controller.h"
#include "jobs.h"
#include "log.h"
#include "vectors.h"

enum { NOBODYS = 0xFF };

/* Row of the description by line. */
static uint8_t row_of_line[INTERRUPT_LINE_COUNT];

AT_BOOT void interrupts_set_up(void) {
  BOUNDED_LOOP(INTERRUPT_LINE_COUNT, for (uint32_t line = 0; line < INTERRUPT_LINE_COUNT; line++)) {
    row_of_line[line] = NOBODYS;
  }
  BOUNDED_LOOP(SYSTEM_INTERRUPTS + 1, for (uint32_t row = 0; row < SYSTEM_COUNT(SYSTEM_INTERRUPTS); row++)) {
    row_of_line[system_interrupts[row].line] = (uint8_t)row;
  }
}

/* What nobody waits for is logged and forgotten. */
static void unhandled(uint32_t vector) {
  const struct message message = {{vector, 0, 0, 0}};
  log_write(NOBODY, &message);
  interrupt_controller_end();
}

static void pass_on(uint32_t line) {
  if (HAS_HARDWARE_JOBS && line == SCHEDULER_INTERRUPT_LINE) {
    hardware_jobs_event();
    interrupt_controller_end();
    return;
  }
  if (row_of_line[line] == NOBODYS) {
    unhandled(VECTOR_LINES + line);
    return;
  }
  const struct system_interrupt *row = &system_interrupts[row_of_line[line]];
  if (row->route == ROUTE_RELEASE) {
    job_request(&processes[row->task]);
    return;
  }
  uint64_t now = clock_now();
  const struct message message = {{line, (uint32_t)now, (uint32_t)(now >> 32), 0}};
  channel_send(row->channel, NO_CREDIT_NEEDED, NOBODY, &message);
}

void interrupt(void) {
  uint32_t vector = running->frame.vector;
  dispatch_interrupted();
  if (vector == VECTOR_TIMER) {
    interrupt_controller_end();
    dispatch_timer();
  } else if (vector - VECTOR_LINES < INTERRUPT_LINE_COUNT) {
    pass_on(vector - VECTOR_LINES);
  } else if (vector != VECTOR_SPURIOUS) {
    unhandled(vector);
  }
}

void interrupt_acknowledge(uint16_t row) {
  (void)row;
  interrupt_controller_end();
}
