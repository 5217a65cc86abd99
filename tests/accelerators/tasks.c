/*
 * 255 tasks in ring 3 beside the idle one, all scheduled by deadline, all released by the hardware. Most work for a while
 * in each job. Some send messages, some are released by them; some work on beyond their budget; some do what they must
 * not. This is the only code in ring 0: what sets them up, and what is told when one goes wrong.
 */
#include "units.h"

/* What the host looks at; tasks.ts has the same, and who does what. */
struct result {
  uint32_t jobs;
  uint32_t sum;     /* of what the task has received, or computed */
  uint32_t refused; /* attempts that were answered by a refusal */
  uint32_t vector;  /* of the exception that stopped it; NO_VECTOR: none */
  uint32_t error_code;
  uint32_t address; /* of the access that was refused */
  uint32_t padding[2]; /* regions of memory are multiples of 32 bytes */
};
_Static_assert(sizeof(struct result) == MPU_GRANULE, "a task's result is its own region");
enum { NO_VECTOR = 0xff };
extern struct result results[TASKS];

void kernel_main(void);

struct frame {
  uint32_t edi, esi, ebp, esp, ebx, edx, ecx, eax, vector, error_code, eip, cs, eflags, task_esp, ss;
};
void handle(struct frame *frame);

/* Who does what: the first of each kind, and how many. */
enum {
  SENDER_FIRST = 1, SENDERS = 8,
  RECEIVER_FIRST = 40, /* of channel n, released by its messages */
  HOG_FIRST = 70, HOGS = 4,
  TRESPASSER_FIRST = 100,
};
enum trespass {
  PRIVILEGED, FORBIDDEN_SEND, FORBIDDEN_RECEIVE, FOREIGN_RIGHTS,
  FOREIGN_STORE, KERNEL_LOAD, CODE_ON_STACK, KERNEL_PAGE, CODE_STORE, TRESPASSERS
};

enum { CREDIT = 4, BUDGET = 8000, HOG_LOOPS = 5000 };

static bool is_within(uint32_t number, uint32_t first, uint32_t count) { return number - first < count; }

/* Different for each task, and the order of deadlines is not that of the releases. */
static uint32_t period_of(uint32_t number) { return 2400000 + 2311 * number; }
static uint32_t deadline_of(uint32_t number) { return 300000 + 7001 * (number * 61 % TASKS); }
static uint32_t loops_of(uint32_t number) { return 150 + 18 * (number * 29 % 23); }

static uint32_t work(uint32_t loops, uint32_t value) {
  for (uint32_t i = 0; i < loops; i++) {
    value = value * 1664525 + 1013904223;
    __asm__ volatile("" : "+r"(value));
  }
  return value;
}

static uint32_t send(uint32_t channel, uint32_t first, uint32_t second) {
  volatile uint32_t *const window = (volatile uint32_t *)MAILBOX_WINDOW_BASE;
  window[0] = first;
  window[1] = second;
  return get(MAILBOX_BASE + MAILBOX_COMMIT_2(channel));
}

static bool is_refused(uint32_t answer) { return (int32_t)answer < 0; }

static void receive_all(struct result *result, uint32_t channel) {
  const volatile uint32_t *const window = (const volatile uint32_t *)MAILBOX_WINDOW_BASE;
  while (!is_refused(get(MAILBOX_BASE + MAILBOX_RECEIVE(channel)))) result->sum += window[0] ^ window[1];
}

enum { RET = 0xc3 };
extern uint8_t image_start[], text_end[];

static void trespass(struct result *result, enum trespass kind) {
  volatile uint8_t code[] = { RET };
  switch (kind) {
    case PRIVILEGED:
      __asm__ volatile("cli");
      break;
    case FORBIDDEN_SEND:
      result->refused += is_refused(send(0, 1, 2));
      break;
    case FORBIDDEN_RECEIVE:
      result->refused += is_refused(get(MAILBOX_BASE + MAILBOX_RECEIVE(0)));
      break;
    case FOREIGN_RIGHTS:
      /* Rights are the kernel's to give: in ring 3 the write does nothing. */
      set_rights(TRESPASSER_FIRST + FORBIDDEN_SEND, 0, MAILBOX_RIGHTS_SEND | CREDIT);
      result->refused += is_refused(get(MAILBOX_BASE + MAILBOX_SELECT));
      break;
    case FOREIGN_STORE:
      *(volatile uint32_t *)&results[SENDER_FIRST].sum = UINT32_MAX;
      break;
    case KERNEL_LOAD:
      result->sum += *(volatile uint32_t *)text_end;
      break;
    case CODE_ON_STACK:
      ((void (*)(void))(uint32_t)code)();
      break;
    case KERNEL_PAGE:
      command(SENDER_FIRST, SCHEDULER_COMMAND_OPERATION_STOP);
      break;
    case CODE_STORE:
      *(volatile uint8_t *)image_start = RET;
      break;
    default:
      break;
  }
}

/* Every task's code. A job ends with `finish_job`; the next one goes on behind it. */
static void run(uint32_t number) {
  struct result *const result = &results[number];
  for (;;) {
    if (is_within(number, SENDER_FIRST, SENDERS)) {
      const uint32_t answer = send(number - SENDER_FIRST, number, result->jobs);
      result->refused += is_refused(answer);
    } else if (is_within(number, RECEIVER_FIRST, SENDERS)) {
      receive_all(result, number - RECEIVER_FIRST);
    } else if (is_within(number, TRESPASSER_FIRST, TRESPASSERS)) {
      trespass(result, (enum trespass)(number - TRESPASSER_FIRST));
    }
    result->sum += is_within(number, RECEIVER_FIRST, SENDERS)
      ? 0 : work(is_within(number, HOG_FIRST, HOGS) ? HOG_LOOPS : loops_of(number), number);
    result->jobs++;
    finish_job();
    while (get(TASK_SCHEDULER_BASE + TASK_SCHEDULER_STATE) & TASK_SCHEDULER_STATE_WAITS) {
    }
  }
}

static void set_up(uint32_t number) {
  const bool receives = is_within(number, RECEIVER_FIRST, SENDERS);
  const bool is_hog = is_within(number, HOG_FIRST, HOGS);
  set_context(number, run, 0);
  set_schedule(number, &(struct schedule){
    .traits = SCHEDULER_TRAITS_POLICY_EDF | (receives ? SCHEDULER_TRAITS_SPORADIC : 0) |
              SCHEDULER_TRAITS_ON_OVERRUN_STOP_JOB,
    .period = receives ? 1000 : period_of(number),
    .deadline = receives ? 200000 : deadline_of(number),
    .budget = is_hog ? BUDGET : 10 * BUDGET,
  });
}

/* Nothing is both written and executed, whatever anybody does from here on. */
static void protect(void) {
  enum { CODE, DATA, DEVICES, DEVICES_OF_TASKS };
  const uint32_t code_end = (uint32_t)text_end;
  set_region(MPU_SELECT_COMMON | CODE, (uint32_t)image_start, code_end,
             MPU_RIGHTS_RING0_EXECUTE | MPU_RIGHTS_RING3_EXECUTE);
  set_region(MPU_SELECT_COMMON | DATA, code_end, (uint32_t)(results + TASKS), MPU_RIGHTS_RING0_WRITE);
  set_region(MPU_SELECT_COMMON | DEVICES, SCHEDULER_BASE, LOCAL_APIC_BASE + LOCAL_APIC_SIZE, MPU_RIGHTS_RING0_WRITE);
  set_region(MPU_SELECT_COMMON | DEVICES_OF_TASKS, TASK_SCHEDULER_BASE, MAILBOX_WINDOW_BASE + MAILBOX_WINDOW_SIZE,
             MPU_RIGHTS_RING3_WRITE);
  for (uint32_t number = 1; number < TASKS; number++) {
    const uint32_t task = number << MPU_SELECT_TASK_SHIFT;
    set_region(task | 0, (uint32_t)stack_of(number), (uint32_t)stack_of(number + 1), MPU_RIGHTS_RING3_WRITE);
    set_region(task | 1, (uint32_t)&results[number], (uint32_t)&results[number + 1], MPU_RIGHTS_RING3_WRITE);
  }
  put(MEMORY_PROTECTION_BASE + MPU_CONTROL, MPU_CONTROL_ENABLE | MPU_CONTROL_LOCK_WX);
}

static void set_up_channel(uint32_t channel) {
  put(MAILBOX_BASE + MAILBOX_CHANNEL(channel), (RECEIVER_FIRST + channel) << MAILBOX_CHANNEL_RECEIVER_SHIFT);
  set_rights(SENDER_FIRST + channel, channel, MAILBOX_RIGHTS_SEND | CREDIT);
  set_rights(RECEIVER_FIRST + channel, channel, MAILBOX_RIGHTS_RECEIVE);
}

/* Five at a time. */
enum { BURST = 5, INTERVAL = 45000, SETTLE = 100000 };
static uint32_t start_of(uint32_t number) { return number * 97 % (TASKS - 1) / BURST * INTERVAL; }

enum { KINDS_NOT_TRACED = TRACE_KINDS_DOORBELL | TRACE_KINDS_INTERRUPT };

void kernel_main(void) {
  wait_until_ready();
  put(TRACE_BASE + TRACE_KINDS, ~(uint32_t)KINDS_NOT_TRACED);
  put(TRACE_BASE + TRACE_CONTROL, TRACE_CONTROL_ENABLE);
  for (uint32_t channel = 0; channel < SENDERS; channel++) set_up_channel(channel);
  for (uint32_t number = 1; number < TASKS; number++) {
    results[number] = (struct result){ .vector = NO_VECTOR };
    set_up(number);
  }
  protect();
  put(CONTEXT_STORE_BASE + CONTEXTS_CONTROL, CONTEXTS_CONTROL_FOLLOW);
  put(LOCAL_APIC_BASE + LOCAL_APIC_SVR, LOCAL_APIC_SVR_ENABLE | 0xff);
  put(SCHEDULER_BASE + SCHEDULER_INTERRUPT, SCHEDULER_INTERRUPT_ENABLE);
  const uint64_t first = clock_now() + SETTLE;
  for (uint32_t number = 1; number < TASKS; number++) start_at(number, first + start_of(number));
}

static void stop(uint32_t number, const struct frame *frame) {
  uint32_t address;
  __asm__ volatile("movl %%cr2, %0" : "=r"(address));
  results[number].vector = frame->vector;
  results[number].error_code = frame->error_code;
  results[number].address = address;
  command(number, SCHEDULER_COMMAND_OPERATION_STOP);
}

/* A job that was stopped begins anew at its next release. */
static void restart(uint32_t number) {
  set_context(number, run, 0);
  command(number, SCHEDULER_COMMAND_OPERATION_FINISH);
}

static uint32_t counter(uint32_t number) {
  uint32_t low, high;
  __asm__ volatile("rdpmc" : "=a"(low), "=d"(high) : "c"(number));
  return low;
}

/* What RDPMC says after the last event of the scheduler, in the idle task's place. */
static void look_at_counters(void) {
  results[0] = (struct result){
    .jobs = counter(COUNTER_SWITCHES),
    .sum = counter(COUNTER_TASKS + SENDER_FIRST),
    .refused = counter(COUNTER_INTERRUPTS),
    .error_code = counter(COUNTER_RETIRED),
    .address = counter(COUNTER_STALLS),
  };
}

static void handle_events(void) {
  for (;;) {
    const uint32_t event = get(SCHEDULER_BASE + SCHEDULER_EVENT);
    if ((event & SCHEDULER_EVENT_VALID) == 0) break;
    if ((event & SCHEDULER_EVENT_KIND_MASK) == SCHEDULER_EVENT_KIND_OVERRUN) restart(event & SCHEDULER_EVENT_TASK_MASK);
    put(SCHEDULER_BASE + SCHEDULER_EVENT_TAKE, 0);
  }
  look_at_counters();
  put(LOCAL_APIC_BASE + LOCAL_APIC_EOI, 0);
}

/* Interrupts and exceptions, with interrupts off. */
void handle(struct frame *frame) {
  if (frame->vector == SCHEDULER_INTERRUPT_VECTOR) {
    handle_events();
  } else {
    const uint32_t status = get(CONTEXT_STORE_BASE + CONTEXTS_STATUS);
    stop((status & CONTEXTS_STATUS_RUNNING_MASK) >> CONTEXTS_STATUS_RUNNING_SHIFT, frame);
  }
}
