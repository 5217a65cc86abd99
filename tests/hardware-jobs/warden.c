/* Gives an order in each job, restarts who has obeyed, and keeps what it was told of it. */
#include "warden_system.h"

#include "flow_facts.h"
#include "orders.h"

void warden_main(void);

static volatile uint32_t jobs, rounds, restarts;
/* By order: the message of the fault, and the state that it was found in. */
static volatile uint32_t told[ORDER_COUNT][4];
static volatile uint32_t overruns_of_greedy, cycles_of_worker, greedy_was_stopped;

static void look(uint32_t order) {
  uint32_t fault[4];
  uint32_t state[4];
  if (faults_poll(fault) < 0) {
    return;
  }
  if ((fault[0] & 0xFF) == GREEDY_NUMBER) {
    return;
  }
  BOUNDED_LOOP(4, for (uint32_t i = 0; i < 4; i++)) {
    told[order][i] = fault[i];
  }
  if (wild_inspect(PAGE_PLACE, state) >= 0) {
    wild_restart();
    restarts++;
  }
}

void warden_main(void) {
  volatile uint32_t *orders = ORDERS;
  uint32_t order = ORDER_NOTHING;
  FOREVER {
    uint32_t state[4];
    BOUNDED_LOOP(4, for (uint32_t i = 0; i < 4; i++)) {
      look(order);
    }
    order = (order + 1) % ORDER_COUNT;
    rounds += order == ORDER_NOTHING;
    *orders = order;
    greedy_inspect(PAGE_STATE, state);
    overruns_of_greedy = state[3] & 0xFFFF;
    worker_inspect(PAGE_CYCLES, state);
    cycles_of_worker = state[0];
    if (jobs % 16 == 8) {
      greedy_stop();
      greedy_was_stopped++;
    } else if (jobs % 16 == 10) {
      greedy_start();
    }
    jobs++;
    next_period();
  }
}
