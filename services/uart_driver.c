#include "uart_driver.h"

#include "flow_facts.h"
#include "input.h"
#include "serial.h"
#include "system_call_stubs.h"

/* Of the bytes since the last message that was taken. */
static uint32_t lost;

/* What the UART has, up to a message's worth. */
static uint32_t collect(uint32_t words[4]) {
  uint32_t count = 0;
  BOUNDED_LOOP(INPUT_BYTES_MAX, while (count < INPUT_BYTES_MAX)) {
    struct serial_received received = serial_receive();
    lost += received.overrun ? 1 : 0;
    if (!received.present) {
      break;
    }
    words[1 + count / 4] |= (uint32_t)received.byte << 8 * (count % 4);
    count++;
  }
  return count;
}

static void pass_on(uint32_t output) {
  uint32_t words[4] = {0, 0, 0, 0};
  uint32_t count = collect(words);
  uint32_t told = lost <= UINT16_MAX ? lost : UINT16_MAX;
  if (count == 0) {
    return;
  }
  if (ask_send(output, count | told << INPUT_LOST_SHIFT, words[1], words[2], words[3]) < 0) {
    lost += count;
  } else {
    lost -= told;
  }
}

void uart_drive(uint32_t line, uint32_t interrupts, uint32_t output) {
  serial_interrupt_on_receive();
  FOREVER {
    uint32_t words[4];
    if (ask_receive(interrupts, 0, words) >= 0) {
      pass_on(output);
      ask_acknowledge(line);
    }
  }
}
