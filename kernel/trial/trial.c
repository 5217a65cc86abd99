#include "trial.h"

#include <stdbool.h>

#include "flow_facts.h"
#include "input.h"
#include "numbers.h"
#include "print.h"
#include "system_call_stubs.h"

enum { JOBS = 5, NOBODYS_NOTIFICATION = 0x80, SERVER_NOTIFICATION = 0x10, NAP_CYCLES = 20000 };

/* By PERIODIC: when its jobs began. By SPENDTHRIFT: how often it has begun. */
static volatile uint32_t began[JOBS];
static volatile uint32_t jobs;
static volatile uint32_t beginnings;

/* What low, middle and high do, and in which order they came to their ends. */
static volatile uint32_t lock_slot;
static volatile bool crosswise;
static volatile char order[4];
static volatile uint32_t ended;
static volatile int32_t refused;

static struct input input;

static uint32_t now(void) {
  uint32_t time[4];
  ask_time(time);
  return time[0];
}

static void spend(uint32_t cycles) {
  uint32_t start = now();
  while (now() - start < cycles) {
  }
}

/* Nobody sends there meanwhile: others have the processor. */
static int32_t nap(uint32_t cycles) {
  uint32_t words[4];
  return ask_receive(CONDUCTOR_BOX, cycles, words);
}

static void print_result(const char *what, int32_t result) {
  print_text(what);
  print_text(result < 0 ? " -" : " ");
  print_decimal((uint32_t)(result < 0 ? -result : result));
  print_character('\n');
}

void periodic_main(void) {
  FOREVER {
    if (jobs < JOBS) {
      began[jobs] = now();
      jobs++;
    }
    spend(3000);
    ask_next_period();
  }
}

static void try_periods(void) {
  jobs = 0;
  ask_start(CONDUCTOR_PERIODIC);
  nap(JOBS * PERIOD_CYCLES);
  ask_stop(CONDUCTOR_PERIODIC);
  print_text("jobs at");
  BOUNDED_LOOP(JOBS, for (uint32_t job = 0; job < JOBS; job++)) {
    /* In hundredths of a period, to the nearest. */
    print_character(' ');
    print_decimal((began[job] - began[0] + PERIOD_CYCLES / 200) / (PERIOD_CYCLES / 100));
  }
  print_character('\n');
}

void spendthrift_main(void) {
  beginnings++;
  FOREVER {
  }
}

static void print_reports(void) {
  uint32_t fault[4];
  while (ask_poll(CONDUCTOR_REPORTS, fault) >= 0) {
    print_result("told of", (int32_t)(fault[0] & 0xFF));
    print_result("kind", (int32_t)(fault[0] >> 16));
  }
}

static void try_overrun(void) {
  uint32_t state[4], cycles[4];
  beginnings = 0;
  ask_start(CONDUCTOR_SPENDTHRIFT);
  nap(3 * PERIOD_CYCLES - PERIOD_CYCLES / 2);
  ask_stop(CONDUCTOR_SPENDTHRIFT);
  ask_inspect(CONDUCTOR_SPENDTHRIFT, PAGE_STATE, state);
  ask_inspect(CONDUCTOR_SPENDTHRIFT, PAGE_CYCLES, cycles);
  print_result("beginnings", (int32_t)beginnings);
  print_result("overruns", (int32_t)(state[3] & 0xFFFF));
  print_result("budgets used", (int32_t)((cycles[0] + BUDGET_CYCLES / 10) / BUDGET_CYCLES));
  print_reports();
}

void late_main(void) {
  FOREVER {
  }
}

static void try_miss(void) {
  uint32_t state[4];
  ask_start(CONDUCTOR_LATE);
  nap(PERIOD_CYCLES);
  ask_inspect(CONDUCTOR_LATE, PAGE_STATE, state);
  print_result("misses", (int32_t)(state[3] >> 16));
  print_result("state", (int32_t)(state[0] & 0xFF));
  print_reports();
}

/* Answers with the sum and the difference; stops answering calls for a while if asked for nothing. */
void server_main(void) {
  uint32_t words[4];
  int32_t event = ask_wait(SERVER_NOTIFICATION, 1, words);
  FOREVER {
    if (event == EVENT_NOTIFIED) {
      event = ask_wait(NOBODYS_NOTIFICATION, 0, words);
      continue;
    }
    uint32_t lent[4];
    if (words[2] == 1) {
      /* A loop that nobody gets out of: whoever calls waits for the conductor to stop it. */
      ask_call(SERVER_CONDUCTOR, 0, 0, 0, 0, lent);
    }
    int32_t has = ask_describe(SERVER_EMPTY, lent);
    event = ask_reply_and_wait(words[0] + words[1], words[0] - words[1], (uint32_t)has, lent[0], words);
  }
}

static void try_calls(void) {
  uint32_t answer[4];
  print_result("stopped", ask_call(CONDUCTOR_SERVER, 0, 0, 0, 0, answer));
  ask_start(CONDUCTOR_SERVER);
  int32_t result = ask_call(CONDUCTOR_SERVER, 30, 12, 0, 0, answer);
  print_result("answered", result);
  print_result("sum", (int32_t)answer[0]);
  print_result("difference", (int32_t)answer[1]);
  print_result("itself", ask_call(CONDUCTOR_ITSELF, 0, 0, 0, 0, answer));
  /* It calls back: it may not, and answers. */
  print_result("back", ask_call(CONDUCTOR_SERVER, 1, 1, 1, 0, answer));
  ask_notify(CONDUCTOR_SERVER, SERVER_NOTIFICATION);
  nap(NAP_CYCLES);
  print_result("elsewhere", ask_call(CONDUCTOR_SERVER, 0, 0, 0, 0, answer));
  ask_stop(CONDUCTOR_SERVER);
}

static void end_as(char who) {
  order[ended] = who;
  ended++;
}

void low_main(void) {
  ask_lock(lock_slot);
  spend(60000);
  if (crosswise) {
    refused = ask_lock(WORKER_OTHER);
  }
  ask_unlock(lock_slot);
  end_as('l');
  ask_next_period();
}

void middle_main(void) {
  spend(200000);
  end_as('m');
  ask_next_period();
}

void high_main(void) {
  if (crosswise) {
    ask_lock(WORKER_OTHER);
  }
  int32_t result = ask_lock(lock_slot);
  spend(1000);
  if (result == RESULT_OK) {
    ask_unlock(lock_slot);
  }
  if (crosswise) {
    ask_unlock(WORKER_OTHER);
  }
  end_as('h');
  ask_next_period();
}

static void try_lock(uint32_t slot, bool cross) {
  lock_slot = slot;
  crosswise = cross;
  ended = 0;
  refused = 0;
  ask_start(CONDUCTOR_LOW);
  nap(NAP_CYCLES);
  ask_start(CONDUCTOR_HIGH);
  if (!cross) {
    ask_start(CONDUCTOR_MIDDLE);
  }
  nap(20 * NAP_CYCLES);
  order[ended] = '\0';
  print_text("order ");
  BOUNDED_LOOP(3, for (uint32_t i = 0; i < ended; i++)) {
    print_character(order[i]);
  }
  print_character('\n');
  if (cross) {
    print_result("refused", refused);
  }
}

static void try_box(void) {
  uint32_t words[4];
  print_result("empty", ask_poll(CONDUCTOR_BOX, words));
  print_result("first", ask_send(CONDUCTOR_BOX_OUT, 1, 2, 3, 4));
  print_result("second", ask_send(CONDUCTOR_BOX_OUT, 5, 6, 7, 8));
  print_result("third", ask_send(CONDUCTOR_BOX_OUT, 9, 10, 11, 12));
  print_result("beyond the credit", ask_send(CONDUCTOR_BOX_OUT, 13, 14, 15, 16));
  print_result("from", ask_receive(CONDUCTOR_BOX, 0, words));
  print_result("words", (int32_t)(words[0] * 1000 + words[1] * 100 + words[2] * 10 + words[3]));
  print_result("credit is back", ask_send(CONDUCTOR_BOX_OUT, 13, 14, 15, 16));
  while (ask_poll(CONDUCTOR_BOX, words) >= 0) {
  }
  uint32_t start = now();
  print_result("in vain", ask_receive(CONDUCTOR_BOX, NAP_CYCLES, words));
  print_result("naps", (int32_t)((now() - start) / NAP_CYCLES));
  ask_notify(CONDUCTOR_ITSELF, 5);
  print_result("notified", ask_wait(4 + 8, 0, words));
  print_result("of", (int32_t)words[0]);
}

static void try_rights(void) {
  uint32_t words[4];
  enum { COPY = CONDUCTOR_EMPTY, COPY_OF_COPY };
  print_result("copied", ask_copy(CONDUCTOR_BOX_OUT, SLOT_OF_CALLER, COPY, ~0U));
  print_result("again", ask_copy(COPY, SLOT_OF_CALLER, COPY_OF_COPY, ~0U));
  print_result("taken", ask_copy(COPY, SLOT_OF_CALLER, COPY_OF_COPY, ~0U));
  print_result("sent", ask_send(COPY_OF_COPY, 0, 0, 0, 0));
  print_result("revoked", ask_revoke(CONDUCTOR_BOX_OUT));
  print_result("stale", ask_send(COPY_OF_COPY, 0, 0, 0, 0));
  print_result("original", ask_send(CONDUCTOR_BOX_OUT, 0, 0, 0, 0));
  print_result("fewer", ask_copy(CONDUCTOR_BOX_OUT, SLOT_OF_CALLER, COPY, 0));
  print_result("not allowed", ask_send(COPY, 0, 0, 0, 0));
  while (ask_poll(CONDUCTOR_BOX, words) >= 0) {
  }
  ask_start(CONDUCTOR_SERVER);
  print_result("lent", ask_lend(CONDUCTOR_REGION, CONDUCTOR_SERVER, SERVER_EMPTY, ~0U));
  ask_call(CONDUCTOR_SERVER, 0, 0, 0, 0, words);
  print_result("during the call", (int32_t)words[2]);
  ask_call(CONDUCTOR_SERVER, 0, 0, 0, 0, words);
  print_result("after it", (int32_t)words[2]);
  ask_stop(CONDUCTOR_SERVER);
}

static void try_log(void) {
  uint32_t words[4];
  print_result("logged", ask_log(CONDUCTOR_LOG, 11, 22, 33, 44));
  uint32_t entry = 0;
  int32_t result;
  while ((result = ask_read_log(CONDUCTOR_LOG, entry, words)) != REFUSED_EMPTY) {
    entry += 2;
  }
  ask_read_log(CONDUCTOR_LOG, entry - 2, words);
  print_result("who", (int32_t)words[2]);
  ask_read_log(CONDUCTOR_LOG, entry - 1, words);
  print_result("what", (int32_t)words[3]);
}

/* For a look from outside at how long it takes: bench/null-call.ts. */
static void ask_for_nothing(void) {
  __asm__ volatile(
      ".irp pad, 0, 1, 2, 3, 4, 5, 6, 7\n\t"
      ".balign 8, 0x90\n\t"
      ".fill \\pad, 1, 0x90\n\t"
      "movl $%c0, %%eax\n\t"
      "movl %%esp, %%ecx\n\t"
      "movl $1f, %%edx\n\t"
      "sysenter\n"
      "1:\t.fill 8, 1, 0x90\n\t"
      ".endr"
      :
      : "i"(CALL_NOTHING)
      : "eax", "ecx", "edx", "memory", "cc");
}

void conductor_main(void) {
  FOREVER {
    print_text("ready\n");
    switch (input_byte(&input, CONDUCTOR_INPUT)) {
      case 'p':
        try_periods();
        break;
      case 'o':
        try_overrun();
        break;
      case 'l':
        try_miss();
        break;
      case 'c':
        try_calls();
        break;
      case 'i':
        try_lock(WORKER_INHERITING, false);
        break;
      case 'e':
        try_lock(WORKER_CEILING, false);
        break;
      case 'd':
        try_lock(WORKER_INHERITING, true);
        break;
      case 'b':
        try_box();
        break;
      case 'r':
        try_rights();
        break;
      case 'g':
        try_log();
        break;
      case 'n':
        ask_for_nothing();
        break;
      default:
        break;
    }
  }
}
