#include "keeper_system.h"

#include "flow_facts.h"
#include "print.h"

void keeper_main(void);

/* The first word of a message about a fault has the exception's vector in its second byte. */
enum { VECTOR_SHIFT = 8, VECTOR_MASK = 0xFF };

void keeper_main(void) {
  uint32_t crash = 0;
  FOREVER {
    uint32_t fault[4];
    if (faults_receive(0, fault) < 0) {
      continue;
    }
    print_text("\nkeeper: crash ");
    print_decimal(++crash);
    print_text(", by exception ");
    print_decimal(fault[0] >> VECTOR_SHIFT & VECTOR_MASK);
    print_text("; echo is restarted\n");
    echo_restart();
  }
}
