#include "curious_system.h"

#include "print.h"

void curious_main(void);

/* Past the header, which has no such functions: system_call.h is for everybody. */
static void try_to(const char *what, uint32_t call, uint32_t slot) {
  int32_t result = system_call(call, slot, 0, 0, 0, 0);
  print_text(what);
  print_text(result == REFUSED_NOT_ALLOWED  ? ": not allowed\n"
             : result == REFUSED_BAD_TYPE   ? ": it is something else\n"
             : result == REFUSED_BAD_SLOT   ? ": there is nothing\n"
             : result == REFUSED_BAD_CALL   ? ": there is no such call\n"
             : result == RESULT_OK          ? ": done\n"
                                            : ": refused\n");
}

void curious_main(void) {
  try_to("inspect the neighbour", CALL_INSPECT, NEIGHBOUR_SLOT);
  try_to("stop the neighbour", CALL_STOP, NEIGHBOUR_SLOT);
  try_to("send to the neighbour as if it were a channel", CALL_SEND, NEIGHBOUR_SLOT);
  try_to("stop somebody else", CALL_STOP, NEIGHBOUR_SLOT + 1);
  try_to("stop somebody far away", CALL_STOP, 0xFFFFFF);
  try_to("call 255", 255, 0);
  next_period();
}
