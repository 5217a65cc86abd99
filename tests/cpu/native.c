// The host processor's side of the differential test: a 32-bit process that maps the table of cases at the addresses it
// has on the core, runs every case on the processor itself, and hands the table back. The protocol is that of
// images.ts; `--low` answers whether slots below 64 KB can be mapped here.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum { SIGNAL_STACK_BYTES = 65536, TICK_US = 20000, TICKS_MAX = 3 };

extern void run_case(uint32_t slot);
extern void after_fault(void);
extern char case_ends[];
extern uint32_t current_slot, own_gs;

struct request { uint32_t cycle_limit, interrupt_seed, first, bytes, result_first, result_bytes; };
struct reply { uint32_t halted, cycles, retired, last_eip, marked_cycles, marked_retired; };

static volatile sig_atomic_t case_is_running;
static volatile unsigned ticks;

static uint32_t *output_of(uint32_t slot) { return (uint32_t *)(slot + OUTPUT); }

// Records what the case left and does not return into it. Runs with the case's segment registers: nothing here may
// touch thread-local storage before GS is the process's own again.
static void on_signal(int signal_number, siginfo_t *info, void *context) {
  (void)info;
  asm volatile("movl %0, %%gs" :: "r"(own_gs));
  if (signal_number == SIGALRM && (!case_is_running || ++ticks < TICKS_MAX)) return;
  if (!case_is_running) _exit(3);
  const greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
  static const int order[8] = {REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI};
  uint32_t *output = output_of(current_slot);
  for (int i = 0; i < 8; i++) output[i] = (uint32_t)regs[order[i]];
  output[WORD_EFLAGS] = (uint32_t)regs[REG_EFL];
  output[WORD_VECTOR] = signal_number == SIGALRM ? VECTOR_RUNAWAY : (uint32_t)regs[REG_TRAPNO];
  output[WORD_EIP] = (uint32_t)regs[REG_EIP];
  output[WORD_PROGRESS] = FINISHED;
  after_fault();
}

static void catch_signals(void) {
  stack_t alternate = {.ss_sp = malloc(SIGNAL_STACK_BYTES), .ss_size = SIGNAL_STACK_BYTES};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART};
  static const int caught[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGALRM};
  for (unsigned i = 0; i < sizeof caught / sizeof *caught; i++) sigaction(caught[i], &action, NULL);
  struct itimerval tick = {.it_interval = {.tv_usec = TICK_US}, .it_value = {.tv_usec = TICK_US}};
  setitimer(ITIMER_REAL, &tick, NULL);
}

static int map(uint32_t first, uint32_t end) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  return mmap((void *)first, end - first, PROT_READ | PROT_WRITE | PROT_EXEC, flags, -1, 0) == (void *)first;
}

static int read_exactly(void *to, size_t bytes) { return fread(to, 1, bytes, stdin) == bytes; }

int main(int argc, char **argv) {
  const int low = map(TABLE_FIRST, TABLE_FIRST_HIGH);
  if (argc > 1 && strcmp(argv[1], "--low") == 0) {
    puts(low ? "yes" : "no");
    return 0;
  }
  if (!map(TABLE_FIRST_HIGH, TABLE_END)) {
    fputs("native: the addresses of the case table are taken in this process\n", stderr);
    return 2;
  }
  catch_signals();
  const uint32_t mapped_first = low ? TABLE_FIRST : TABLE_FIRST_HIGH;
  static uint8_t copy[RAM_BYTES];
  struct request request;
  while (read_exactly(&request, sizeof request)) {
    if (request.first > RAM_BYTES || request.bytes > RAM_BYTES - request.first) return 2;
    if (request.result_first > RAM_BYTES || request.result_bytes > RAM_BYTES - request.result_first) return 2;
    memset(copy, 0, sizeof copy);
    if (!read_exactly(copy + request.first, request.bytes)) return 2;
    memcpy((void *)mapped_first, copy + mapped_first, TABLE_END - mapped_first);
    *(uint32_t *)CONTROL = (uint32_t)case_ends;
    for (uint32_t slot = mapped_first; slot < TABLE_END; slot += SLOT_BYTES) {
      if (*(uint32_t *)(slot + INPUT + 4 * WORD_ENTRY) == 0) continue;
      ticks = 0;
      case_is_running = 1;
      run_case(slot);
      case_is_running = 0;
    }
    memcpy(copy + mapped_first, (void *)mapped_first, TABLE_END - mapped_first);
    const struct reply reply = {.halted = 1};
    fwrite(&reply, sizeof reply, 1, stdout);
    fwrite(copy + request.result_first, 1, request.result_bytes, stdout);
    fflush(stdout);
  }
  return 0;
}
