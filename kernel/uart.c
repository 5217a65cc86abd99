#include "uart.h"

#include "dispatch.h"
#include "flow_facts.h"
#include "serial.h"
#include "task.h"

/* A power of two, so that the indices may run through 2^32. More than a line, so that typing ahead works. */
enum { QUEUE_BYTES = 256 };

/* Owned by this file; touched with interrupts off only. Holds the bytes from `taken` up to `put`. */
static struct {
  uint8_t bytes[QUEUE_BYTES];
  uint32_t put;
  uint32_t taken;
  uint32_t lost;
} queue;

static struct {
  struct task_id task;
  bool waits;
} reader;

void uart_set_up(void) {
  serial_interrupt_on_receive();
}

void uart_interrupt(void) {
  /* The line is a level: with more than this in the FIFO the UART interrupts again, and others come between. */
  BOUNDED_LOOP(SERIAL_FIFO_BYTES / 4, for (uint32_t i = 0; i < SERIAL_FIFO_BYTES / 4; i++)) {
    struct serial_received received = serial_receive();
    queue.lost += received.overrun ? 1 : 0;
    if (!received.present) {
      break;
    }
    if (queue.put - queue.taken < QUEUE_BYTES) {
      queue.bytes[queue.put++ % QUEUE_BYTES] = received.byte;
    } else {
      queue.lost++;
    }
  }
  if (reader.waits && queue.put != queue.taken) {
    reader.waits = false;
    task_make_ready(reader.task);
  }
}

struct uart_input uart_take(void) {
  if (queue.put == queue.taken) {
    reader.task = running_task();
    reader.waits = true;
    return (struct uart_input){.present = false};
  }
  return (struct uart_input){.present = true, .byte = queue.bytes[queue.taken++ % QUEUE_BYTES]};
}

uint32_t uart_take_lost(void) {
  uint32_t lost = queue.lost;
  queue.lost = 0;
  return lost;
}
