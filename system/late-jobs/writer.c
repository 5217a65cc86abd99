/* Sends a letter in each of its jobs. */
#include "writer_system.h"

#include "flow_facts.h"

void writer_main(void);

static volatile uint32_t sent;

void writer_main(void) {
  FOREVER {
    if (letters_send(sent) == RESULT_OK) {
      sent++;
    }
    next_period();
  }
}
