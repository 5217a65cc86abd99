/* Calls the server, over and over. */
#include "client_system.h"

#include "flow_facts.h"

void client_main(void);

void client_main(void) {
  FOREVER {
    uint32_t answer[4];
    server_call(1, 2, 3, 4, answer);
  }
}
